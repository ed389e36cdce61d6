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
var remarks = []string{"clock_ahead", "clock_wrong", "measured_wrong", "unplanned", "unknown_item", "not_due", "left_out", "command_failed", "command_expired", "emergency_exempt"}

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

// WhyWords puts all that the journal says about the reason of a play into words:
// the cause and what the hub remarked.
func WhyWords(reason string) problem.Words {
	var vi, en []string
	for part := range strings.SplitSeq(reason, ";") {
		if part = strings.TrimSpace(part); part != "" {
			w := partWords(part)
			vi, en = append(vi, w.VI), append(en, w.EN)
		}
	}
	return problem.Say(strings.Join(vi, "; "), strings.Join(en, "; "))
}

// ReasonWords puts the cause of a play that did not come to its end into words.
func ReasonWords(reason string) problem.Words {
	if reason = cause(reason); reason == "" {
		return problem.Say("Không rõ nguyên nhân", "Cause not known")
	}
	return partWords(reason)
}

// partWords puts one reason or remark into words; what is not known is shown as it
// came.
func partWords(reason string) problem.Words {
	switch reason {
	case "offline":
		return problem.Say("Cụm loa mất kết nối", "The cluster was offline")
	case "cancelled":
		return problem.Say("Bản tin bị hủy trước khi phát", "Withdrawn before it was played")
	case "cluster_removed":
		return problem.Say("Cụm loa đã được gỡ khỏi danh mục, không còn cụm nào để phát", "The cluster was removed, and none was left to play it on")
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
	case "heard_whole":
		return problem.Say("Người dùng dừng phát sau khi đã phát hết nội dung ít nhất một lần", "Stopped by a person after all of it had been heard at least once")
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
	return remarkWords(reason)
}

func remarkWords(remark string) problem.Words {
	switch remark {
	case "clock_ahead":
		return problem.Say("Cụm loa báo giờ kết thúc ở tương lai: đồng hồ chạy sai", "It told of an end in the future: its clock is wrong")
	case "clock_wrong":
		return problem.Say("Giờ cụm loa báo không thể đúng: đồng hồ chạy sai", "The times it told cannot be: its clock is wrong")
	case "measured_wrong":
		return problem.Say("Số đo không thể đúng nên không ghi", "What it measured cannot be and is left out")
	case "unplanned":
		return problem.Say("Không có trong lịch", "Was not planned")
	case "unknown_item":
		return problem.Say("Máy chủ không có bản tin này", "The hub knows no such announcement")
	case "not_due":
		return problem.Say("Báo đã phát khi chưa đến giờ theo lịch", "Reported before it was due")
	case "left_out":
		return problem.Say("Các báo cáo như vậy trong 24 giờ tới không được ghi nữa", "Further ones like it within 24 hours are left out")
	case "command_failed":
		return problem.Say("Cụm loa không thực hiện được lệnh", "The cluster could not carry out the command")
	case "command_expired", "expired":
		return problem.Say("Lệnh đến quá muộn", "The command came too late")
	case "emergency_exempt":
		return problem.Say("Tin khẩn cấp nên được phát trong giờ nghỉ", "An emergency may sound in the quiet hours")
	}
	return problem.Say(remark, remark)
}

// orID is the name of something, or its id.
func orID[ID ~string](name string, id ID) string { return cmp.Or(name, string(id)) }
