package httpapi

import (
	"context"
	"regexp"
	"sync"
	"time"

	"github.com/smart-commune/smart-commune/hub/audio"
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
	Job string `query:"job" maxLength:"64" doc:"A new name of the caller's choice, 8 to 64 letters, digits and hyphens, by which GET /api/jobs/{id} tells how far the work is"`
}

var jobName = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

func newJobs(now func() time.Time) *jobs { return &jobs{now: now, all: map[jobKey]*job{}} }

// watch returns a context whose work is told under the caller's name for it, from
// its first step on, and a function to call when it is over.
func (j *jobs) watch(ctx context.Context, who, id string, first audio.Step) (context.Context, func()) {
	if !jobName.MatchString(id) {
		return ctx, func() {}
	}
	key := jobKey{who, id}
	j.set(key, audio.Progress{Step: first}, false)
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

// get tells how far a piece of work is. A name that nobody knows is no error: who
// asks may be faster than the call that the name belongs to.
func (j *jobs) get(key jobKey) jobState {
	j.mu.Lock()
	defer j.mu.Unlock()
	if found := j.all[key]; found != nil {
		return jobState{string(found.Step), found.Bytes, found.done}
	}
	return jobState{Step: "unknown"}
}

type jobState struct {
	Step  string `json:"step" enum:"unknown,receiving,waiting,speaking,measuring,fitting" doc:"The newest; unknown before the call has come in, and ten minutes after it was over"`
	Bytes int64  `json:"bytes,omitempty" doc:"Received so far, of an upload"`
	Done  bool   `json:"done" doc:"The call has been answered, well or not"`
}

func (a *API) registerJobs() {
	register(a, operation{id: "get-job", method: "GET", path: "/api/jobs/{id}",
		summary: "How far a long call of one's own is",
		detail: "A page makes up a new name, calls POST /api/audio?job=NAME or POST /api/speech?job=NAME, and while that call is under way asks here for NAME " +
			"two to four times a second; an answer costs no more than a look at memory. A file is receiving (bytes tell how much of it, as the browser itself does), waiting while " +
			"others are served, measuring and fitting its loudness; a text is waiting, speaking, measuring and fitting. Steps that take no time may go unseen, and a text that was " +
			"spoken before passes through none. The call itself brings the result or the error. Nobody sees the work of another.",
		access: member}, a.getJob)
}

func (a *API) getJob(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"64"`
}) (*struct{ Body jobState }, error) {
	return &struct{ Body jobState }{a.jobs.get(jobKey{callerOf(ctx).who(), in.ID})}, nil
}
