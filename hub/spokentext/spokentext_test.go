package spokentext

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

type testCase struct{ written, spoken string }

// cases returns the reviewed readings of testdata/cases.tsv, then those of whole
// notices.
func cases(t testing.TB) []testCase {
	t.Helper()
	return append(readings(t, "testdata/cases.tsv", 400), readings(t, "testdata/notices.tsv", 40)...)
}

// readings returns what stands in a table of which at least so many lines are
// expected.
func readings(t testing.TB, name string, least int) []testCase {
	t.Helper()
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var list []testCase
	for i, line := range strings.Split(string(file), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		written, spoken, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%s:%d: no tab in %q", name, i+1, line)
		}
		lines := strings.NewReplacer(`\n`, "\n")
		list = append(list, testCase{lines.Replace(written), lines.Replace(spoken)})
	}
	if len(list) < least {
		t.Fatalf("only %d readings in %s", len(list), name)
	}
	return list
}

func TestCasesAreReadAsReviewed(t *testing.T) {
	n := New(Config{})
	for _, c := range cases(t) {
		if got := n.Normalise(c.written); got != c.spoken {
			t.Errorf("%s\n got %s\nwant %s", c.written, got, c.spoken)
		}
	}
}

// check asserts what holds of every text.
func check(t *testing.T, n *Normaliser, text string) {
	t.Helper()
	spoken := n.Normalise(text)
	if again := n.Normalise(spoken); again != spoken {
		t.Errorf("%q is not stable:\nonce  %q\ntwice %q", text, spoken, again)
	}
	for _, c := range spoken {
		if unicode.IsDigit(c) || unicode.IsNumber(c) && !unicode.IsLetter(c) && c < 0x2E80 {
			t.Errorf("%q: a digit is left in %q", text, spoken)
			break
		}
	}
	if !norm.NFC.IsNormalString(spoken) {
		t.Errorf("%q: %q is not NFC", text, spoken)
	}
	var written, joined strings.Builder
	for _, s := range n.Segments(text) {
		if s.Start != written.Len() {
			t.Errorf("%q: segment %+v begins at %d", text, s, written.Len())
		}
		written.WriteString(s.Written)
		joined.WriteString(s.Spoken)
	}
	if written.String() != Clean(text) || joined.String() != spoken {
		t.Errorf("%q: segments give %q and %q", text, written.String(), joined.String())
	}
}

func TestEveryCaseHoldsThePromises(t *testing.T) {
	n := New(Config{})
	list := cases(t)
	for i, c := range list {
		check(t, n, c.written)
		// The neighbour must not change what holds.
		check(t, n, c.written+" "+list[(i*7+3)%len(list)].written)
		check(t, n, c.written+"\n"+list[(i*11+5)%len(list)].written+".")
	}
}

func TestACommuneAddsAndSwitchesOffAbbreviations(t *testing.T) {
	n := New(Config{Abbreviations: map[string]string{
		"NVH":     "nhà họp thôn", // replaces a built-in one
		"NVH LB":  "nhà văn hóa Lục Bình",
		"CLB":     "",              // switched off
		"ĐL":      "điện lực tổ 5", // its reading is read out too
		"5K":      "năm không",
		"TT-Loa":  "truyền thanh",
		"":        "nothing",
		"!?":      "no word",
		"thôn 12": "thôn Nà Mười Hai",
	}})
	for written, want := range map[string]string{
		"tại NVH":          "tại nhà họp thôn",
		"tại NVH LB":       "tại nhà văn hóa Lục Bình",
		"NVHX":             "nờ vê hát ích",
		"CLB":              "xê lờ bê",
		"ĐL báo":           "điện lực tổ năm báo",
		"thông điệp 5K":    "thông điệp năm không",
		"TT-Loa xã":        "truyền thanh xã",
		"thôn 12":          "thôn Nà Mười Hai",
		"thôn 123":         "thôn một trăm hai mươi ba",
		"UBND giữ nguyên!": "ủy ban nhân dân giữ nguyên!",
	} {
		if got := n.Normalise(written); got != want {
			t.Errorf("%s: got %q, want %q", written, got, want)
		}
		check(t, n, written)
	}
	if got := New(Config{}).Normalise("NVH"); got != "nhà văn hóa" {
		t.Errorf("another commune's list has changed: %q", got)
	}
}

func TestAbbreviationsAreChecked(t *testing.T) {
	for _, c := range []struct {
		written, spoken string
		ok              bool
	}{
		{"NVH", "nhà văn hóa", true}, {"TP.", "thành phố", true}, {"5K", "năm không", true},
		{"", "a", false}, {"🎉", "a", false}, {"-A", "a", false}, {"A", "", false}, {"A", "123", false},
		{strings.Repeat("A", 41), "a", false}, {"A", strings.Repeat("a", 201), false}, {"A\nB", "a", false},
	} {
		if err := CheckAbbreviation(c.written, c.spoken); (err == nil) != c.ok {
			t.Errorf("%q → %q: %v", c.written, c.spoken, err)
		}
	}
}

func TestSegmentsShowWhatIsReplaced(t *testing.T) {
	got := New(Config{}).Segments("Họp 7h30 tại NVH")
	want := []Segment{
		{0, "Họp ", "Họp ", ""},
		{6, "7h30", "bảy giờ ba mươi phút", Time},
		{10, " tại ", " tại ", ""},
		{17, "NVH", "nhà văn hóa", Abbreviation},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("segment %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestNothingThatCannotBeReadIsLeft(t *testing.T) {
	n := New(Config{})
	for written, want := range map[string]string{
		"":                                   "",
		"  \n ":                              "",
		"\xff\xfe":                           "",
		"a\u200bb\u00adc\ufeff":              "abc",
		"a\x00b\x07c":                        "abc",
		"ho\u0300a 5\u20e3":                  "hòa năm", // composed; a keycap is a digit
		"Tie\u0302\u0301ng Vie\u0323\u0302t": "Tiếng Việt",
		"１２ hộ":                              "mười hai hộ",
		"٣ hộ":                               "ba hộ",
		"① Điện ② Nước":                      "một Điện hai Nước",
		"khóa Ⅳ":                             "khóa bốn",
		"a\r\nb\rc":                          "a\nb\nc",
		"👨‍👩‍👧 gia đình":                     "gia đình",
		"_____":                              "",
		"5 ㎡":                                "năm mét vuông",
		"10² = 100":                          "mười mũ hai bằng một trăm",
	} {
		if got := n.Normalise(written); strings.TrimSpace(got) != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
		check(t, n, written)
	}
}

func TestEveryNumberIsReadBack(t *testing.T) {
	value := map[string]int{"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
	seen := map[string]int{}
	for n := 0; n <= 120_000; n++ {
		words := cardinalOf(uint64(n))
		if other, ok := seen[words]; ok {
			t.Fatalf("%d and %d are both %q", other, n, words)
		}
		seen[words] = n
		// Read the words as a person does, left to right.
		total, group := 0, 0
		for _, w := range strings.Fields(words) {
			switch w {
			case "nghìn":
				total, group = total+group*1000, 0
			case "trăm":
				group *= 100
			case "mươi":
				group = group/100*100 + group%100*10
			case "linh":
			default:
				group += value[w]
			}
		}
		if total+group != n {
			t.Fatalf("%d is read %q, which is %d", n, words, total+group)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, c := range cases(f) {
		f.Add(c.written)
	}
	n := New(Config{})
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		check(t, n, text)
	})
}

// notice is a text of 5,000 characters, the longest that is spoken.
func notice(b *testing.B) string {
	var text strings.Builder
	for _, c := range cases(b) {
		text.WriteString(c.written + ". ")
	}
	for text.Len() < 9000 {
		text.WriteString("Bà con chú ý nghe thông báo của Ủy ban nhân dân xã. ")
	}
	return string([]rune(text.String())[:5000])
}

func BenchmarkNormaliseDense(b *testing.B) {
	n, text := New(Config{}), notice(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		n.Normalise(text)
	}
}

func BenchmarkNormaliseProse(b *testing.B) {
	n := New(Config{})
	text := string([]rune(strings.Repeat("UBND xã thông báo: 7h30 ngày 15/8 mời bà con đến nhà văn hóa họp bàn về việc làm đường. ", 100))[:5000])
	b.ReportAllocs()
	for b.Loop() {
		n.Normalise(text)
	}
}

// Texts made to be slow cost no more than others.
func BenchmarkNormaliseWorst(b *testing.B) {
	n := New(Config{})
	for name, piece := range map[string]string{"digits": "1", "dots": "a.", "dashes": "1-", "slashes": "1/", "groups": "01 ", "capitals": "T", "at": "a@a."} {
		text := strings.Repeat(piece, 5000/len(piece))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				n.Normalise(text)
			}
		})
	}
}
