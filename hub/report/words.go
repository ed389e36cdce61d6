package report

import (
	"cmp"
	"strings"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// ResultWords puts the result of a play into words.
func ResultWords(r devices.Result) problem.Words {
	switch r {
	case devices.Played:
		return problem.Say("Đã phát", "Played")
	case devices.Failed:
		return problem.Say("Lỗi khi phát", "Failed")
	case devices.Missed:
		return problem.Say("Không phát được", "Missed")
	case devices.Interrupted:
		return problem.Say("Bị ngắt giữa chừng", "Interrupted")
	case devices.Stopped:
		return problem.Say("Người dùng dừng", "Stopped by a person")
	case devices.Unreported:
		return problem.Say("Không có báo cáo", "No report")
	}
	return problem.Say(string(r), string(r))
}

// LevelWords puts a level into words.
func LevelWords(l devices.Level) problem.Words {
	switch l {
	case devices.Normal:
		return problem.Say("Thông thường", "Normal")
	case devices.Priority:
		return problem.Say("Ưu tiên", "Priority")
	case devices.Emergency:
		return problem.Say("Khẩn cấp", "Emergency")
	}
	return problem.Say(l.String(), l.String())
}

// remarks are what the hub adds to a reason; they explain nothing by themselves.
var remarks = []string{"clock_ahead", "clock_wrong", "measured_wrong", "unplanned", "command_failed", "command_expired", "emergency_exempt"}

// cause is the reason of a play without the hub's remarks.
func cause(reason string) string {
	for part := range strings.SplitSeq(reason, ";") {
		part = strings.TrimSpace(part)
		known := false
		for _, r := range remarks {
			known = known || part == r
		}
		if part != "" && !known {
			return part
		}
	}
	return ""
}

// noReport is the journal's reason for a play that nobody has told of.
const noReport = "no_report"

// ReasonWords puts the reason of a play into words; what is not known is shown as
// it came.
func ReasonWords(reason string) problem.Words {
	reason = cause(reason)
	switch reason {
	case "":
		return problem.Say("Không rõ nguyên nhân", "Cause not known")
	case "offline":
		return problem.Say("Cụm loa mất kết nối", "The cluster was offline")
	case "cancelled":
		return problem.Say("Bản tin bị hủy trước khi phát", "Withdrawn before it was played")
	case "audio_missing":
		return problem.Say("Cụm loa chưa tải được tệp âm thanh", "The cluster did not have the audio")
	case "audio_invalid":
		return problem.Say("Tệp âm thanh bị hỏng", "The audio was damaged")
	case "power_lost":
		return problem.Say("Cụm loa mất điện", "The cluster lost its power")
	case "preempted":
		return problem.Say("Nhường cho bản tin khẩn cấp hơn", "Gave way to something more urgent")
	case "stopped":
		return problem.Say("Người dùng dừng phát", "Stopped by a person")
	case "deadline":
		return problem.Say("Quá giờ phát", "Too late to begin")
	case "clock_unset":
		return problem.Say("Đồng hồ của cụm loa chưa đúng giờ", "The cluster did not know the time")
	case "output":
		return problem.Say("Tăng âm hoặc đầu ra âm thanh bị lỗi", "The amplifier or the output failed")
	case "muted":
		return problem.Say("Cụm loa đang tắt tiếng", "The cluster was muted")
	case "no_words":
		return problem.Say("Chỉ phát được chuông báo động, không có lời", "Only the alarm chime sounded, without the words")
	case noReport:
		return problem.Say("Cụm loa chưa gửi báo cáo phát", "The cluster has sent no report")
	}
	return problem.Say(reason, reason)
}

// orID is the name of something, or its id.
func orID[ID ~string](name string, id ID) string { return cmp.Or(name, string(id)) }
