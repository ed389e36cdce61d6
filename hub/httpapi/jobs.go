package httpapi

import (
	"context"
	"regexp"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// jobs keeps how far the long work of callers has come. A caller names its work
// itself (?job=…), so that it can ask while the answer is still being made.
type jobs struct {
	mu  sync.Mutex
	now func() time.Time
	all map[jobKey]*job
}

// jobKey keeps one person from reading another's.
type jobKey struct{ who, id string }

type job struct {
	audio.Progress
	done    bool
	changed time.Time
}

const (
	// keepJob is how long a job that nothing has happened to is remembered; a long
	// voice is bounded by its time limit, which is shorter.
	keepJob = 10 * time.Minute
	maxJobs = 1000
)

// JobInput names the work of a call.
type JobInput struct {
	Job string `query:"job" maxLength:"64" doc:"A name of the caller's choice, by which /api/jobs/{id} tells how far the work is"`
}

var jobName = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

func newJobs(now func() time.Time) *jobs { return &jobs{now: now, all: map[jobKey]*job{}} }

// watch returns a context whose work is told under the caller's name for it, and
// a function to call when it is over.
func (j *jobs) watch(ctx context.Context, who, id string) (context.Context, func()) {
	if !jobName.MatchString(id) {
		return ctx, func() {}
	}
	key := jobKey{who, id}
	j.set(key, audio.Progress{Step: audio.Receiving}, false)
	return audio.WithProgress(ctx, func(p audio.Progress) { j.set(key, p, false) }),
		func() { j.set(key, audio.Progress{}, true) }
}

func (j *jobs) set(key jobKey, p audio.Progress, done bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	for k, old := range j.all {
		if now.Sub(old.changed) > keepJob {
			delete(j.all, k)
		}
	}
	if j.all[key] == nil {
		if len(j.all) >= maxJobs {
			return // progress is a courtesy
		}
		j.all[key] = &job{}
	}
	was := j.all[key]
	if p.Bytes < was.Bytes {
		p.Bytes = was.Bytes
	}
	if done {
		p.Step = was.Step
	}
	*was = job{p, done, now}
}

type jobState struct {
	audio.Progress
	Done bool `json:"done"`
}

func (a *API) registerJobs() {
	register(a, operation{id: "get-job", method: "GET", path: "/api/jobs/{id}",
		summary: "How far a long call of one's own is: receiving, waiting, speaking, measuring, fitting", access: member}, a.getJob)
}

func (a *API) getJob(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"64"`
}) (*struct{ Body jobState }, error) {
	a.jobs.mu.Lock()
	defer a.jobs.mu.Unlock()
	found := a.jobs.all[jobKey{callerOf(ctx).who(), in.ID}]
	if found == nil {
		return nil, problem.New(problem.NotFound, "job_not_found", "Không còn việc nào đang làm với mã này. Hãy làm lại từ đầu.", "There is no such work under way. Start again.")
	}
	return &struct{ Body jobState }{jobState{found.Progress, found.done}}, nil
}
