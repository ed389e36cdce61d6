package spokentext_test

import (
	"fmt"

	"github.com/smart-commune/smart-commune/hub/spokentext"
)

func ExampleNormaliser_Normalise() {
	n := spokentext.New(spokentext.Config{Abbreviations: map[string]string{"NHT": "nhà họp thôn"}})
	fmt.Println(n.Normalise("Mời ông/bà họp lúc 7h30 ngày 15/8 tại NHT."))
	// Output: Mời ông bà họp lúc bảy giờ ba mươi phút ngày mười lăm tháng tám tại nhà họp thôn.
}

func ExampleNormaliser_Segments() {
	n := spokentext.New(spokentext.Config{})
	for _, s := range n.Segments("Gọi 114 hoặc CA xã") {
		if s.Class != "" {
			fmt.Printf("%d %s: %s → %s\n", s.Start, s.Class, s.Written, s.Spoken)
		}
	}
	// Output:
	// 6 phone: 114 → một một bốn
	// 17 abbreviation: CA → công an
}
