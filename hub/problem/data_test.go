package problem_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/config"
	"github.com/smart-commune/smart-commune/hub/problem"
)

const head = "commune: {id: x, name: X}\nvillages:\n  - {id: a, name: A}\n"

func TestFaultsOfInventoriesAreSaidInVietnamese(t *testing.T) {
	for yaml, want := range map[string]string{
		head + "colour: red\n":                                                                   `f.yaml:4: không có mục “colour”`,
		"a string":                                                                               `f.yaml:1: sai loại giá trị: cần nhóm mục, không phải chữ`,
		"commune:\n  id: x\n":                                                                    `f.yaml:2: commune: thiếu tên`,
		"commune:\n  id: x\n  name: \"a\\0b\"\n":                                                 `f.yaml:2: commune: tên “a\x00b” có ký tự hỏng: hãy gõ lại`,
		"commune: {id: x, name: X, time_zone: Mars}\n":                                           `f.yaml:1: commune: không có múi giờ “Mars”: hãy viết như Asia/Ho_Chi_Minh`,
		"commune: {id: X, name: X}\n":                                                            `f.yaml:1: commune: mã “X” có ký tự không dùng được: chỉ dùng a-z, 0-9 và “-”`,
		"commune: {id: '', name: X}\n":                                                           `f.yaml:1: commune: thiếu mã: hãy dùng 1 đến 32 ký tự a-z, 0-9 và “-”`,
		head + "  - {id: a, name: A}\n":                                                          `f.yaml:4: villages[1].id: mã “a” dùng hai lần`,
		head + "  - {id: b, name: A, position: {lat: 91, lon: 0}}\n":                             `f.yaml:4: villages[1]: vị trí 91, 0 không có trên Trái Đất: vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180`,
		head + "clusters:\n  - {id: l, name: L, village: b}\n":                                   `f.yaml:5: clusters[0].village: không có thôn “b”`,
		head + "clusters:\n  - {id: l, name: L, village: a, offset_ms: 1001}\n":                  `f.yaml:5: clusters[0]: độ lệch 1001 ms: phải từ -1000 đến 1000`,
		head + "clusters:\n  - {id: l, name: L, village: a, volume: 101}\n":                      `f.yaml:5: clusters[0]: âm lượng 101: phải từ 0 đến 100`,
		head + "clusters:\n  - {id: l, name: L, village: a, volume: loud}\n":                     `f.yaml:5: sai loại giá trị: cần số nguyên`,
		head + "clusters:\n  - {id: hub, name: L, village: a}\n":                                 `f.yaml:5: clusters[0]: mã “hub” dành riêng cho máy chủ`,
		head + "clusters:\n  - {id: l, name: L, village: a}\n  - {id: l, name: L, village: a}\n": `f.yaml:6: clusters[1].id: mã “l” dùng hai lần`,
		head + "cameras:\n  - {id: c, name: C, village: a, url: 'http://x/'}\n":                  `f.yaml:5: cameras[0]: địa chỉ camera “http://x/” phải có dạng rtsp://máy:cổng/đường-dẫn`,
		head + "cameras:\n  - {id: c, name: C, village: a, url: 'rtsp://u:p@x/'}\n":              `f.yaml:5: cameras[0]: địa chỉ camera có kèm tên hoặc mật khẩu: hãy ghi riêng ở username và password`,
		"villages: " + strings.Repeat("[", 300):                                                  `f.yaml: có hơn 200 dấu ngoặc mở cùng một chỗ: hãy đóng lại`,
		head + "---\n" + head:                                                                    `f.yaml: tệp có nhiều tài liệu YAML (các dòng ---): chỉ nhận một`,
		// Faults of the writing itself.
		"commune:\n\tid: x\n":                         `f.yaml:2: dòng bắt đầu bằng dấu tab: chỉ thụt dòng bằng dấu cách`,
		"commune:\n  id: x\n\tname: X\n":              `f.yaml:3: dòng bắt đầu bằng dấu tab: chỉ thụt dòng bằng dấu cách`,
		"commune:\n  id: x\n    name: X\n":            `f.yaml:3: dòng thụt vào sâu hơn dòng trên: hãy đặt thẳng hàng với các mục cùng nhóm`,
		"commune:\n  id: x\n\n  # tên\n    name: X\n": `f.yaml:5: dòng không thẳng hàng: hãy thụt vào bằng các dòng cùng nhóm`,
		"commune:\n    id: x\n  name: X\n":            `f.yaml:3: dòng không thẳng hàng: hãy thụt vào bằng các dòng cùng nhóm`,
		"villages:\n- id: a\n -name: A\n":             `f.yaml:3: dòng không thẳng hàng: hãy thụt vào bằng các dòng cùng nhóm`,
		"commune:\n  id: x\n  - name: X\n":            `f.yaml:3: một dòng danh sách (dấu -) nằm giữa các mục của một nhóm: hãy đặt thẳng hàng với danh sách của nó`,
		"commune:\n  id: x\n  name: X: Y\n":           `f.yaml:3: dòng có hai dấu hai chấm: giá trị có dấu hai chấm phải đặt trong ngoặc kép`,
		"commune:\n  id: x\n  name X\n":               `f.yaml:3: thiếu dấu hai chấm và dấu cách sau tên mục: hãy viết tên: giá trị`,
		"commune:\n  id:x\n  name: X\n":               `f.yaml:2: thiếu dấu hai chấm và dấu cách sau tên mục: hãy viết tên: giá trị`,
		"commune\n  id: x\n":                          `f.yaml:1: thiếu dấu hai chấm và dấu cách sau tên mục: hãy viết tên: giá trị`,
		"commune:\n  id: \"x\n  name: X\n":            `f.yaml:2: có dấu ngoặc kép hoặc nháy đơn mở mà không đóng`,
		"commune:\n  id: 'x\n  name: X\n":             `f.yaml:2: có dấu ngoặc kép hoặc nháy đơn mở mà không đóng`,
		"commune:\n  id: \"x\" y\n":                   `f.yaml:2: còn chữ thừa sau một giá trị đã kết thúc`,
		"commune:\n  id: x\n  id: y\n":                `f.yaml:3: mục “id” có hai lần: đã có ở dòng 2`,
		"commune: {id: x\nvillages: []\n":             `f.yaml:2: có dấu ngoặc [ hoặc { chưa đóng, hoặc thiếu dấu phẩy giữa hai giá trị`,
		"commune:\n  id: x\n  name: @X\n":             "f.yaml:3: giá trị bắt đầu bằng ký hiệu có nghĩa riêng (@ ` & * % |): hãy đặt giá trị trong ngoặc kép",
		"commune:\n  id: x\n  name: \"\\q\"\n":        `f.yaml:3: \q không có nghĩa trong ngoặc kép: hãy dùng nháy đơn`,
		"\xff\xfec\x00:\x00":                          `f.yaml: tệp được lưu dạng UTF-16: hãy lưu lại dạng UTF-8`,
	} {
		_, err := inventory.Parse("f.yaml", []byte(yaml))
		if err == nil {
			t.Errorf("%q is accepted", yaml)
			continue
		}
		if said := problem.OfData(err); said.VI != want || said.EN != err.Error() {
			t.Errorf("%s\ngot  %s\nwant %s", said.EN, said.VI, want)
		}
	}
	if said := problem.OfData(errors.New("something new")); !strings.Contains(said.VI, "something new") {
		t.Errorf("what nobody has translated is lost: %s", said.VI)
	}
}

func TestAnInventoryOfNotepadIsRead(t *testing.T) {
	if inv, err := inventory.Parse("f.yaml", []byte("\ufeff"+strings.ReplaceAll(head, "\n", "\r\n"))); err != nil || inv.Commune.Name != "X" {
		t.Errorf("with a mark at the beginning it is read as %+v, %v", inv, err)
	}
}

// Every kind of bad configuration that is tested has Vietnamese words.
func TestFaultsOfConfigurationsAreSaidInVietnamese(t *testing.T) {
	files, err := filepath.Glob("../config/testdata/bad/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		_, err := config.Load(name, func(string) string { return "" })
		if err == nil {
			t.Fatalf("%s is accepted", name)
		}
		if said := problem.OfData(err); strings.Contains(said.VI, "không đọc được") || !strings.HasPrefix(said.VI, name) {
			t.Errorf("%s\n%s", said.EN, said.VI)
		}
	}
}
