package devices

import "testing"

func TestNamesAreShownAsTheyAreRead(t *testing.T) {
	for written, want := range map[string]string{
		"Thôn Cao Lộc":              "Thôn Cao Lộc",
		"  Thôn \t Cao\u00a0Lộc\n":  "Thôn Cao Lộc",
		"Thôn\u200b Cao\ufeff Lộc":  "Thôn Cao Lộc",
		"Thôn \u202eộcL oaC\u202c":  "Thôn ộcL oaC",
		"\u200b\u200d\u2066 \u200d": "",
		"👨\u200d👩\u200d👧 Gia đình":  "👨\u200d👩\u200d👧 Gia đình",
		"قرية":                      "قرية",
		"broken \xff\u200b":         "broken \xff\u200b",
		"\u00ad":                    "",
		"a\x00b":                    "a\x00b",
	} {
		if got := TidyName(written); got != want {
			t.Errorf("%+q is shown as %+q, want %+q", written, got, want)
		}
	}
}
