package problem

import (
	"regexp"
	"strings"
)

type dataFault struct {
	en *regexp.Regexp
	vi string
}

// dataFaults are the sentences in which inventories and configuration files are
// found wrong. What finds them serves devices too, and speaks English alone.
var dataFaults = []dataFault{
	sentence(`unknown field "(.+)"`, "không có mục “$2”"),
	sentence(`(\S+) was used where (\S+) is expected`, "sai loại giá trị: cần $3, không phải $2"),
	sentence(`cannot unmarshal .+`, "sai loại giá trị"),
	sentence(`the value is of the wrong kind: a whole number is expected`, "sai loại giá trị: cần số nguyên"),
	sentence(`the value is of the wrong kind: a number is expected`, "sai loại giá trị: cần số"),
	sentence(`the value is of the wrong kind: true or false is expected`, "sai loại giá trị: cần true (có) hoặc false (không)"),
	sentence(`the value is of the wrong kind: a text is expected`, "sai loại giá trị: cần chữ"),
	sentence(`the key "(.+)" stands here a second time: it is on line (\d+) already`, "mục “$2” có hai lần: đã có ở dòng $3"),
	sentence(`a tab begins the line: .+`, "dòng bắt đầu bằng dấu tab: chỉ thụt dòng bằng dấu cách"),
	sentence(`a quotation mark is opened and never closed`, "có dấu ngoặc kép hoặc nháy đơn mở mà không đóng"),
	sentence(`a colon with a space behind it is missing: .+`, "thiếu dấu hai chấm và dấu cách sau tên mục: hãy viết tên: giá trị"),
	sentence(`a second colon stands on the line: .+`, "dòng có hai dấu hai chấm: giá trị có dấu hai chấm phải đặt trong ngoặc kép"),
	sentence(`the line is indented further than the one before it: .+`, "dòng thụt vào sâu hơn dòng trên: hãy đặt thẳng hàng với các mục cùng nhóm"),
	sentence(`the line is not in line with its group: .+`, "dòng không thẳng hàng: hãy thụt vào bằng các dòng cùng nhóm"),
	sentence(`an entry of a list stands among the keys of a group: .+`, "một dòng danh sách (dấu -) nằm giữa các mục của một nhóm: hãy đặt thẳng hàng với danh sách của nó"),
	sentence(`text stands behind a value that has ended`, "còn chữ thừa sau một giá trị đã kết thúc"),
	sentence(`a bracket \[ or { is not closed, .+`, "có dấu ngoặc [ hoặc { chưa đóng, hoặc thiếu dấu phẩy giữa hai giá trị"),
	sentence(`a bracket is closed that was never opened`, "có dấu đóng ngoặc mà không có dấu mở"),
	sentence(`a value begins with a sign that has a meaning of its own .+`, "giá trị bắt đầu bằng ký hiệu có nghĩa riêng (@ ` & * % |): hãy đặt giá trị trong ngoặc kép"),
	sentence(`\\(.+) means nothing between double quotation marks: .+`, "\\$2 không có nghĩa trong ngoặc kép: hãy dùng nháy đơn"),
	sentence(`the file is saved as UTF-16: .+`, "tệp được lưu dạng UTF-16: hãy lưu lại dạng UTF-8"),
	sentence(`(?:the file has )?(\d+) bytes: at most (\d+) are accepted`, "tệp dài $2 byte, chỉ nhận tối đa $3"),
	sentence(`more than (\d+) brackets are open at one place: close them`, "có hơn $2 dấu ngoặc mở cùng một chỗ: hãy đóng lại"),
	sentence(`the file has several YAML documents.+`, "tệp có nhiều tài liệu YAML (các dòng ---): chỉ nhận một"),
	sentence(`the file is no valid YAML of its kind.+`, "tệp không phải là YAML hợp lệ"),
	sentence(`an id is missing: use 1 to (\d+) of .+`, "thiếu mã: hãy dùng 1 đến $2 ký tự a-z, 0-9 và “-”"),
	sentence(`the id "(.*)" is (\d+) characters long: at most (\d+) are allowed`, "mã “$2” dài $3 ký tự, chỉ nhận tối đa $4"),
	sentence(`the id "(.*)" has the character .+`, "mã “$2” có ký tự không dùng được: chỉ dùng a-z, 0-9 và “-”"),
	sentence(`the id "(.*)" is used twice.*`, "mã “$2” dùng hai lần"),
	sentence(`the id "(.*)" is taken by the hub itself`, "mã “$2” dành riêng cho máy chủ"),
	sentence(`there is no village "(.*)"`, "không có thôn “$2”"),
	sentence(`the time zone "(.*)" is not known: .+`, "không có múi giờ “$2”: hãy viết như Asia/Ho_Chi_Minh"),
	sentence(`a name is missing`, "thiếu tên"),
	sentence(`the name "(.*)" has broken characters: type it again`, "tên “$2” có ký tự hỏng: hãy gõ lại"),
	sentence(`a name has (\d+) bytes: at most (\d+) are possible`, "tên dài $2 byte, chỉ nhận tối đa $3"),
	sentence(`the volume is (\S+): 0 to 100 percent are possible`, "âm lượng $2: phải từ 0 đến 100"),
	sentence(`the offset is (\S+) ms: -1000 to 1000 are possible`, "độ lệch $2 ms: phải từ -1000 đến 1000"),
	sentence(`the position (\S+), (\S+) is not on earth: .+`, "vị trí $2, $3 không có trên Trái Đất: vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180"),
	sentence(`the camera's url "(.*)" is not of the form .+`, "địa chỉ camera “$2” phải có dạng rtsp://máy:cổng/đường-dẫn"),
	sentence(`the camera's url holds a user or password: .+`, "địa chỉ camera có kèm tên hoặc mật khẩu: hãy ghi riêng ở username và password"),
	sentence(`"(.*)" is not known: use (.+) or (.+)`, "không có giá trị “$2”: hãy dùng $3 hoặc $4"),
	sentence(`"(.*)" is no address to listen on: .+`, "“$2” không phải là địa chỉ để lắng nghe: hãy viết máy:cổng hoặc :cổng, cổng 0 là lấy một cổng trống"),
	sentence(`"(.*)" is not a URL with a host and one of the schemes (\[.+\])`, "“$2” không phải là địa chỉ có tên máy và bắt đầu bằng một trong $3"),
	sentence(`a command is missing: a list such as (.+)`, "thiếu lệnh: viết thành danh sách như $2"),
	sentence(`a bucket is missing: .+`, "thiếu bucket: ghi tên của nó, hoặc database/retention với InfluxDB 1.8"),
	sentence(`(-?\d+) days: (\d+) to (\d+) are possible`, "$2 ngày: phải từ $3 đến $4"),
}

// sentence is one behind the place of the fault: "lucbinh.yaml:7: clusters[0].id: ".
func sentence(en, vi string) dataFault {
	return dataFault{regexp.MustCompile(`^((?:.+?: )??)` + en + `$`), "${1}" + vi}
}

var yamlKinds = strings.NewReplacer("cần mapping", "cần nhóm mục", "cần sequence", "cần danh sách", "cần string", "cần chữ", "phải mapping", "phải nhóm mục",
	"phải sequence", "phải danh sách", "phải string", "phải chữ", "phải integer", "phải số", "phải float", "phải số", "phải null", "phải để trống", "phải bool", "phải có/không")

// OfData says in both languages what is wrong with an inventory or a configuration:
// where, which value, and what is accepted.
func OfData(err error) Words {
	said := Words{EN: err.Error()}
	for _, f := range dataFaults {
		if f.en.MatchString(said.EN) {
			said.VI = yamlKinds.Replace(f.en.ReplaceAllString(said.EN, f.vi))
			return said
		}
	}
	said.VI = "nội dung không đọc được (" + said.EN + ")"
	return said
}
