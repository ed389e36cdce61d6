package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/report"
)

// words are what the command line says to a person.
type words struct {
	vi bool

	seeHelp, startHub, wrongToken, giveToken, waitsForApproval, notDecided, noAnswer string

	cluster, camera, online, offline, since, plan, planCurrent, planOld, never   string
	state, reason, fps, bitrate, lastFrame, level, started, ended, planned       string
	announcement, result, at, mean, min, max, count                              string
	broker, store, influx, works, broken, notConfigured, lag                     string
	name, displayName, role, lastLogin, disabled                                 string
	oneTimePassword, passwordSet, configOK, imported, nothingPlayed, nothingRead string
}

// wordsFor goes by the locale, as other programs do.
func wordsFor(env func(string) string) words {
	for _, key := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(key); v != "" {
			if strings.HasPrefix(v, "vi") {
				return vietnamese()
			}
			break
		}
	}
	return english()
}

func (w words) pick(vi, en string) string {
	if w.vi {
		return vi
	}
	return en
}

func english() words {
	return words{
		seeHelp:          "See: hub --help",
		startHub:         "Start it with `hub serve`, or name it: --data DIR, or HUB_URL and HUB_TOKEN.",
		wrongToken:       "the hub does not know this token, or there is none.",
		giveToken:        "Run this on the hub's machine with --data DIR, or give the token of DIR/cli.token by HUB_TOKEN.",
		waitsForApproval: "The announcement waits for somebody else's approval on the page.",
		notDecided:       "The announcement was not carried out: %s.",
		noAnswer:         "Not every cluster reported in time.",
		cluster:          "CLUSTER", camera: "CAMERA", online: "online", offline: "offline", since: "SINCE", plan: "PLAN",
		planCurrent: "current", planOld: "outdated", never: "never",
		state: "STATE", reason: "REASON", fps: "FPS", bitrate: "KBIT/S", lastFrame: "LAST FRAME", level: "DBFS",
		started: "STARTED", ended: "ENDED", planned: "PLANNED", announcement: "ANNOUNCEMENT", result: "RESULT",
		at: "AT", mean: "MEAN", min: "MIN", max: "MAX", count: "COUNT",
		broker: "broker", store: "store", influx: "influx", works: "ok", broken: "does not work",
		notConfigured: "not configured", lag: "%d points behind",
		name: "NAME", displayName: "DISPLAY NAME", role: "ROLE", lastLogin: "LAST LOGIN", disabled: "disabled",
		oneTimePassword: "One-time password of %s: %s", passwordSet: "The password of %s is set.",
		configOK: "%s is right.", imported: "%d added, %d changed, %d unchanged.", nothingPlayed: "Nothing was played.",
		nothingRead: "There are no readings of %[2]s by %[1]s in this time.",
	}
}

func vietnamese() words {
	return words{
		vi:               true,
		seeHelp:          "Xem: hub --help",
		startHub:         "Hãy chạy `hub serve`, hoặc chỉ rõ máy chủ: --data THƯ_MỤC, hoặc HUB_URL và HUB_TOKEN.",
		wrongToken:       "thiếu mã truy cập, hoặc máy chủ không nhận mã này.",
		giveToken:        "Hãy chạy lệnh trên máy của máy chủ với --data THƯ_MỤC, hoặc ghi mã trong THƯ_MỤC/cli.token vào HUB_TOKEN.",
		waitsForApproval: "Bản tin đang chờ người khác duyệt trên trang web.",
		notDecided:       "Bản tin không được phát: %s.",
		noAnswer:         "Chưa nhận đủ báo cáo của các cụm loa.",
		cluster:          "CỤM LOA", camera: "CAMERA", online: "trực tuyến", offline: "mất kết nối", since: "TỪ LÚC", plan: "LỊCH PHÁT",
		planCurrent: "mới nhất", planOld: "cũ", never: "chưa từng",
		state: "TRẠNG THÁI", reason: "LÝ DO", fps: "HÌNH/GIÂY", bitrate: "KBIT/S", lastFrame: "HÌNH CUỐI", level: "DBFS",
		started: "BẮT ĐẦU", ended: "KẾT THÚC", planned: "GIỜ THEO LỊCH", announcement: "BẢN TIN", result: "KẾT QUẢ",
		at: "LÚC", mean: "TRUNG BÌNH", min: "THẤP NHẤT", max: "CAO NHẤT", count: "SỐ LẦN ĐO",
		broker: "đường truyền MQTT", store: "kho dữ liệu", influx: "InfluxDB", works: "tốt", broken: "hỏng",
		notConfigured: "không dùng", lag: "còn %d số liệu chưa chuyển",
		name: "TÊN", displayName: "HỌ TÊN", role: "VAI TRÒ", lastLogin: "ĐĂNG NHẬP CUỐI", disabled: "đã khóa",
		oneTimePassword: "Mật khẩu dùng một lần của %s: %s", passwordSet: "Đã đặt mật khẩu cho %s.",
		configOK: "%s: cấu hình đúng.", imported: "Thêm %d, đổi %d, giữ nguyên %d.", nothingPlayed: "Chưa phát bản tin nào.",
		nothingRead: "Trong thời gian này không có số đo %[2]s nào của %[1]s.",
	}
}

func (w words) unreachableAt(where, why string) string {
	return fmt.Sprintf(w.pick("không kết nối được với máy chủ ở %s: %s", "no hub answers at %s: %s"), where, why)
}

// roleOf puts a role into words.
func (w words) roleOf(r account.Role) string {
	if !w.vi {
		return string(r)
	}
	roles := map[account.Role]string{account.Broadcaster: "cán bộ truyền thanh", account.Approver: "người duyệt", account.Police: "công an",
		account.Technician: "kỹ thuật", account.Admin: "quản trị"}
	return cmp.Or(roles[r], string(r))
}

// outcome puts the result of a play into words.
func (w words) outcome(s string) string {
	if !w.vi {
		return s
	}
	switch devices.Result(s) {
	case devices.Played:
		return "đã phát"
	case devices.Failed:
		return "lỗi khi phát"
	case devices.Missed:
		return "không phát được"
	case devices.Interrupted:
		return "bị ngắt"
	case devices.Stopped:
		return "đã dừng"
	case devices.Unreported:
		return "không có báo cáo"
	}
	switch s {
	case "pending":
		return "đang chờ"
	case "received":
		return "đã nhận lệnh"
	case "playing":
		return "đang phát"
	}
	return s
}

// playReason puts the reasons of a play into words; the hub joins several by "; ".
func (w words) playReason(reason string) string {
	if reason == "" {
		return ""
	}
	why := report.WhyWords(reason)
	said := []rune(w.pick(why.VI, why.EN))
	return strings.ToLower(string(said[:1])) + string(said[1:])
}

// stateOf puts the state of an announcement or a programme into words.
func (w words) stateOf(s announce.State) string {
	if !w.vi {
		return string(s)
	}
	switch s {
	case announce.Drafted:
		return "bản nháp"
	case announce.Submitted:
		return "chờ duyệt"
	case announce.Approved:
		return "đã duyệt"
	case announce.Returned:
		return "bị trả lại"
	case announce.Scheduled:
		return "đã lên lịch"
	case announce.Done:
		return "đã xong"
	case announce.Cancelled:
		return "đã hủy"
	}
	return string(s)
}

// command puts what a cluster was told, and what came of it, into words.
func (w words) command(kind, outcome string) string {
	if !w.vi {
		return kind + ": " + outcome
	}
	kinds := map[string]string{"volume": "đặt âm lượng", "mute": "tắt tiếng", "unmute": "bật tiếng lại", "selftest": "tự kiểm tra", "reboot": "khởi động lại", "refresh": "tải lại lịch"}
	outcomes := map[string]string{"waiting": "chờ cụm loa nhận", "received": "cụm loa đã nhận", "started": "đang làm", "finished": "đã xong", "failed": "không làm được", "expired": "hết hạn"}
	return cmp.Or(kinds[kind], kind) + ": " + cmp.Or(outcomes[outcome], outcome)
}

// health puts the state of a camera into words.
func (w words) health(s devices.CameraState) string {
	if !w.vi {
		return string(s)
	}
	switch s {
	case devices.CameraHealthy:
		return "tốt"
	case devices.CameraSuspect:
		return "cần chú ý"
	case devices.CameraDown:
		return "hỏng"
	}
	return "chưa rõ"
}

// why puts the reason of a camera's state into words.
func (w words) why(r devices.CameraReason) string {
	if !w.vi {
		return strings.ReplaceAll(string(r), "_", " ")
	}
	switch r {
	case devices.CameraRefused:
		return "từ chối kết nối"
	case devices.CameraTimeout:
		return "không trả lời"
	case devices.CameraWrongPassword:
		return "sai mật khẩu"
	case devices.CameraNotFound:
		return "không tìm thấy luồng hình"
	case devices.CameraNoFrames:
		return "không có hình"
	case devices.CameraUnsupported:
		return "không đọc được định dạng hình"
	case devices.CameraProtocol:
		return "trả lời không đúng chuẩn RTSP"
	}
	return ""
}
