package announce

import (
	"fmt"
	"maps"
	"slices"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// Standing is how a cluster stands with its plan.
type Standing struct {
	Online  bool
	Current bool // it holds the newest plan
	Missing []string
}

// reach looks at what of the target is gone, and at the clusters that may not hear
// it.
func (c *check) reach(target Target) {
	if gone := c.src.places().gone(target); gone != nil {
		c.gone(target, *gone)
	}
	var off, old, on []devices.DeviceID
	for _, id := range c.clusters {
		st := c.src.Standing[id]
		if !st.Online {
			off = append(off, id)
			continue
		}
		on = append(on, id)
		if !st.Current || len(st.Missing) > 0 {
			old = append(old, id)
		}
	}
	if len(off) > 0 {
		one := Finding{Code: FoundOffline, Severity: Warn, Clusters: off, Message: problem.Say(
			fmt.Sprintf("%d cụm loa đang mất kết nối; nếu chưa kết nối lại trước giờ phát thì sẽ không phát.", len(off)),
			counted(len(off), "1 cluster is offline; it will not sound it unless it comes back in time.", "%d clusters are offline; they will not sound it unless they come back in time.")),
			Fix: advice("Nhờ kỹ thuật viên kiểm tra nguồn điện và đường truyền", "Have a technician look at their power and link")}
		if len(on) > 0 {
			one.Fix = &Fix{problem.Say("Chỉ phát tới các cụm đang trực tuyến", "Only on clusters that are online"),
				map[string]any{"target": map[string]any{"all": nil, "villages": nil, "clusters": on}}}
		}
		c.add(one)
	}
	if len(old) > 0 {
		c.add(Finding{Code: FoundPlanNotHeld, Severity: Info, Clusters: old, Message: problem.Say(
			fmt.Sprintf("%d cụm loa chưa nhận đủ lịch phát mới nhất.", len(old)),
			counted(len(old), "1 cluster does not hold its newest plan with its audio yet.", "%d clusters do not hold their newest plan with its audio yet.")),
			Fix: advice("Chờ tải xong, hoặc bấm “Tải lại” ở trang của cụm loa", "Wait, or use \"Refresh\" on the page of the cluster")})
	}
}

// counted says in English how many there are of something.
func counted(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

// gone tells what of a target stands nowhere any more.
func (c *check) gone(target, gone Target) {
	left := map[string]any{"clusters": nil, "villages": nil}
	if list := without(target.Villages, gone.Villages); len(list) > 0 {
		left["villages"] = list
	}
	if list := without(target.Clusters, gone.Clusters); len(list) > 0 {
		left["clusters"] = list
	}
	what := ""
	for _, v := range gone.Villages {
		what += ", " + string(v)
	}
	for _, id := range gone.Clusters {
		what += ", " + string(id)
	}
	if len(c.clusters) > 0 {
		c.add(Finding{Code: FoundTargetGone, Severity: Warn, Message: problem.Say(
			fmt.Sprintf("Nơi phát không còn trong danh sách: %s. Bản tin chỉ phát ở những nơi còn lại.", what[2:]),
			fmt.Sprintf("Of its places these stand no more: %s. It sounds in the others alone.", what[2:])),
			Fix: &Fix{problem.Say("Bỏ những nơi này", "Take them out"), map[string]any{"target": left}}})
		return
	}
	c.add(Finding{Code: FoundTargetGone, Severity: Stop, Message: problem.Say(
		"Không còn cụm loa nào ở nơi phát đã chọn nên sẽ không phát ở đâu cả.", "No cluster stands in any of its places any more: it would sound nowhere."),
		Fix: advice("Chọn lại nơi phát", "Choose other places")})
}

func without[T comparable](list, gone []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return slices.Contains(gone, v) })
}

// lost reports whether some of the audio is no longer in the store.
func (src CheckSources) lost(pieces ...protocol.Audio) bool {
	return slices.ContainsFunc(pieces, func(a protocol.Audio) bool { return src.Lost[a.SHA256] })
}

// sounds looks for audio that was lost. What is spoken is spoken again at approval.
func (c *check) sounds(a *Announcement) {
	again := false
	lost := func(v Version, audio protocol.Audio, fix *Fix) {
		switch {
		case !c.src.lost(audio):
		case v.Text != "":
			again = true
		default:
			c.add(Finding{Code: FoundMissingAudio, Severity: Stop, Clusters: c.clusters, Fix: fix, Message: problem.Say(
				"Tệp âm thanh không còn trong kho.", "Audio is no longer in the store.")})
		}
	}
	lost(Version{a.Language, a.Text, a.Audio}, a.Sound, advice("Tải tệp lên lại, hoặc nhập văn bản để đọc", "Upload the file again, or enter a text"))
	for i, audio := range a.VersionSounds {
		if i < len(a.Versions) {
			lost(a.Versions[i], audio, &Fix{problem.Say("Bỏ bản dịch này", "Leave this version out"), map[string]any{"versions": slices.Delete(slices.Clone(a.Versions), i, i+1)}})
		}
	}
	if again {
		c.add(Finding{Code: FoundMissingAudio, Severity: Info, Clusters: c.clusters, Message: problem.Say(
			"Giọng đọc không còn trong kho.", "What was spoken is no longer in the store."),
			Fix: advice("Không cần làm gì: khi duyệt, văn bản được đọc lại", "Nothing: the text is spoken again when it is approved")})
	}
}

// lostOf asks which of some audio is lost.
func lostOf(pieces []protocol.Audio, has func(string) bool) map[string]bool {
	lost := map[string]bool{}
	for _, p := range pieces {
		if _, asked := lost[p.SHA256]; !asked {
			lost[p.SHA256] = !has(p.SHA256)
		}
	}
	maps.DeleteFunc(lost, func(_ string, gone bool) bool { return !gone })
	return lost
}
