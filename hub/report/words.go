package report

import (
	"cmp"
	"strings"

	"github.com/smart-commune/smart-commune/devices"
)

// ResultWords puts the result of a play into words.
func ResultWords(r devices.Result) Words {
	switch r {
	case devices.Played:
		return Words{"Đã phát", "Played"}
	case devices.Failed:
		return Words{"Lỗi khi phát", "Failed"}
	case devices.Missed:
		return Words{"Không phát được", "Missed"}
	case devices.Interrupted:
		return Words{"Bị ngắt giữa chừng", "Interrupted"}
	case devices.Stopped:
		return Words{"Người dùng dừng", "Stopped by a person"}
	case devices.Unreported:
		return Words{"Không có báo cáo", "No report"}
	}
	return Words{string(r), string(r)}
}

// LevelWords puts a level into words.
func LevelWords(l devices.Level) Words {
	switch l {
	case devices.Normal:
		return Words{"Thông thường", "Normal"}
	case devices.Priority:
		return Words{"Ưu tiên", "Priority"}
	case devices.Emergency:
		return Words{"Khẩn cấp", "Emergency"}
	}
	return Words{l.String(), l.String()}
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
func ReasonWords(reason string) Words {
	reason = cause(reason)
	switch reason {
	case "":
		return Words{"Không rõ nguyên nhân", "Cause not known"}
	case "offline":
		return Words{"Cụm loa mất kết nối", "The cluster was offline"}
	case "cancelled":
		return Words{"Bản tin bị hủy trước khi phát", "Withdrawn before it was played"}
	case "audio_missing":
		return Words{"Cụm loa chưa tải được tệp âm thanh", "The cluster did not have the audio"}
	case "audio_invalid":
		return Words{"Tệp âm thanh bị hỏng", "The audio was damaged"}
	case "power_lost":
		return Words{"Cụm loa mất điện", "The cluster lost its power"}
	case "preempted":
		return Words{"Nhường cho bản tin khẩn cấp hơn", "Gave way to something more urgent"}
	case "stopped":
		return Words{"Người dùng dừng phát", "Stopped by a person"}
	case "deadline":
		return Words{"Quá giờ phát", "Too late to begin"}
	case "clock_unset":
		return Words{"Đồng hồ của cụm loa chưa đúng giờ", "The cluster did not know the time"}
	case "output":
		return Words{"Tăng âm hoặc đầu ra âm thanh bị lỗi", "The amplifier or the output failed"}
	case "muted":
		return Words{"Cụm loa đang tắt tiếng", "The cluster was muted"}
	case "no_words":
		return Words{"Chỉ phát được chuông báo động, không có lời", "Only the alarm chime sounded, without the words"}
	case noReport:
		return Words{"Cụm loa chưa gửi báo cáo phát", "The cluster has sent no report"}
	}
	return Words{reason, reason}
}

// orID is the name of something, or its id.
func orID[ID ~string](name string, id ID) string { return cmp.Or(name, string(id)) }
