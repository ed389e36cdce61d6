package spokentext

import (
	"strings"
	"unicode"
)

// document reads the number of an official document, "12/2026/QĐ-UBND", as it is
// announced: number, year, and who issued it in words. The kind of document is said
// unless it has just been.
func (r *reader) document(p int) (reading, bool) {
	end := r.digitsEnd(p)
	if sep := r.runeAt(end); sep != '/' && sep != '-' || end-p > 6 {
		return reading{}, false
	}
	words := documentNumber(r.s[p:end])
	code := end + 1
	if r.s[end] == '-' {
		kind, issuer, ok := r.partyCode(code)
		if !ok {
			return reading{}, false
		}
		return reading{issuer.end, r.withKind(words, kind) + issuer.spoken, Document}, true
	}
	year := ""
	if yEnd := r.digitsEnd(code); yEnd > code {
		if !isYear(r.s[code:yEnd]) || r.runeAt(yEnd) != '/' {
			return reading{}, false
		}
		year, code = r.s[code:yEnd], yEnd+1
		words += " năm " + cardinal(year)
	}
	parts, codeEnd := r.documentCode(code)
	if len(parts) == 0 || year == "" && len(parts) == 1 && !r.aloneInCode(parts[0]) {
		return reading{}, false
	}
	kind := documentKind(parts[0])
	if kind != "" {
		parts = parts[1:]
	}
	words = r.withKind(words, kind)
	return reading{codeEnd, words + r.issuers(parts, codeEnd), Document}, true
}

// withKind adds the kind of document unless it has just been said.
func (r *reader) withKind(words, kind string) string {
	switch {
	case kind == "" || r.saidAny(6, kind):
		return words
	case r.saidAny(1, "số"):
		return words + ", " + kind
	}
	return kind + " số " + words
}

// partyCode reads what follows the number of a document of the Party: the NQ/TW of
// 18-NQ/TW.
func (r *reader) partyCode(p int) (kind string, issuer reading, ok bool) {
	e := min(r.wordEnd(p), p+24)
	kind = documentKind(r.s[p:e])
	if kind == "" || r.runeAt(e) != '/' {
		return "", reading{}, false
	}
	parts, end := r.documentCode(e + 1)
	if len(parts) == 0 {
		return "", reading{}, false
	}
	return kind, reading{end, r.issuers(parts, end), Document}, true
}

// issuers reads who issued a document whose code ends at end.
func (r *reader) issuers(parts []string, end int) string {
	words := ""
	for i, part := range parts {
		name, known := r.issuer(part)
		switch {
		case known && i == 0 && r.issuerFollows(end): // it is said next
		case known && i == 0:
			words += " của " + name
		default:
			words += ", " + name
		}
	}
	return words
}

// issuerFollows reports whether "của …" comes at p, at once or after the day of the
// document: "123/QĐ-UBND ngày 15/10/2026 của UBND xã".
func (r *reader) issuerFollows(p int) bool {
	for range 8 {
		p = r.skipSpaces(p)
		switch word := r.nextWord(p); word {
		case "ngày", "tháng", "năm":
			p = r.wordEnd(p)
		case "":
			end := r.digitsEnd(p)
			if end == p {
				return false
			}
			if p = end; strings.ContainsRune("/-.", r.runeAt(p)) {
				p++
			}
		default:
			return word == "của"
		}
	}
	return false
}

// documentNumber reads the number, whose zeros count: 05 is "không năm".
func documentNumber(digits string) string {
	if len(digits) > 1 && digits[0] == '0' {
		return digitByDigit(digits)
	}
	return cardinal(digits)
}

// documentCode reads capitals with hyphens between them: QĐ-UBND, QH15.
func (r *reader) documentCode(p int) (parts []string, end int) {
	for len(parts) < 6 {
		if !unicode.IsUpper(r.runeAt(p)) {
			return parts, end
		}
		e := r.digitsEnd(min(r.wordEnd(p), p+24))
		if unicode.IsLetter(r.runeAt(e)) || e-p < 2 {
			return parts, end
		}
		if r.runeAt(e) == '&' && unicode.IsUpper(r.runeAt(e+1)) {
			e = min(r.wordEnd(e+1), e+24)
		}
		parts, end = append(parts, r.s[p:e]), e
		if r.runeAt(e) != '-' {
			return parts, end
		}
		p = e + 1
	}
	return parts, end
}

// aloneInCode reports whether capitals after "12/" mark a document without a year.
func (r *reader) aloneInCode(part string) bool {
	if documentKind(part) != "" {
		return true
	}
	_, known := r.issuer(part)
	_, symbol := symbolWord(part)
	_, _, money := moneyWord(part, true)
	return known && !symbol && !money && part != "VNĐ" && part != "VND" && part != "USD"
}

// documentKind returns the kind of document that a code begins with.
func documentKind(code string) string {
	switch code {
	case "NĐ":
		return "nghị định"
	case "QĐ":
		return "quyết định"
	case "TT":
		return "thông tư"
	case "TTLT":
		return "thông tư liên tịch"
	case "CT":
		return "chỉ thị"
	case "NQ":
		return "nghị quyết"
	case "CV":
		return "công văn"
	case "CĐ":
		return "công điện"
	case "TB":
		return "thông báo"
	case "KH":
		return "kế hoạch"
	case "BC":
		return "báo cáo"
	case "TTr", "TTR":
		return "tờ trình"
	case "GM":
		return "giấy mời"
	case "GT":
		return "giấy giới thiệu"
	case "HD":
		return "hướng dẫn"
	case "KL":
		return "kết luận"
	case "PA":
		return "phương án"
	case "CTr", "CTR":
		return "chương trình"
	case "ĐA":
		return "đề án"
	case "BB":
		return "biên bản"
	case "GP":
		return "giấy phép"
	case "PL":
		return "pháp lệnh"
	case "VBHN":
		return "văn bản hợp nhất"
	case "L":
		return "luật"
	}
	return ""
}

// issuer reads the part of a code that names who issued the document; known is false
// for letters that had to be spelled.
func (r *reader) issuer(part string) (spoken string, known bool) {
	letters := strings.TrimRight(part, "0123456789")
	session := part[len(letters):]
	switch letters {
	case "CP":
		spoken = "Chính phủ"
	case "CTUBND":
		spoken = "Chủ tịch Ủy ban nhân dân"
	case "TTg", "TTG":
		spoken = "Thủ tướng Chính phủ"
	case "CTN":
		spoken = "Chủ tịch nước"
	case "QH":
		spoken = "Quốc hội"
	case "UBTVQH":
		spoken = "Ủy ban Thường vụ Quốc hội"
	case "VPCP":
		spoken = "Văn phòng Chính phủ"
	case "TW":
		spoken = "Trung ương"
	case "TU":
		spoken = "Tỉnh ủy"
	case "ĐU":
		spoken = "Đảng ủy"
	case "NHNN":
		spoken = "Ngân hàng Nhà nước"
	case "TTCP":
		spoken = "Thanh tra Chính phủ"
	case "BCA":
		spoken = "Bộ Công an"
	case "BQP":
		spoken = "Bộ Quốc phòng"
	case "BTC":
		spoken = "Bộ Tài chính"
	case "BCT":
		spoken = "Bộ Công Thương"
	case "BYT":
		spoken = "Bộ Y tế"
	case "BNV":
		spoken = "Bộ Nội vụ"
	case "BTP":
		spoken = "Bộ Tư pháp"
	case "BXD":
		spoken = "Bộ Xây dựng"
	case "BGTVT":
		spoken = "Bộ Giao thông vận tải"
	case "BGDĐT", "BGD&ĐT":
		spoken = "Bộ Giáo dục và Đào tạo"
	case "BTTTT":
		spoken = "Bộ Thông tin và Truyền thông"
	case "BKHCN":
		spoken = "Bộ Khoa học và Công nghệ"
	case "BKHĐT":
		spoken = "Bộ Kế hoạch và Đầu tư"
	case "BTNMT":
		spoken = "Bộ Tài nguyên và Môi trường"
	case "BNNPTNT":
		spoken = "Bộ Nông nghiệp và Phát triển nông thôn"
	case "BNNMT":
		spoken = "Bộ Nông nghiệp và Môi trường"
	case "BLĐTBXH":
		spoken = "Bộ Lao động, Thương binh và Xã hội"
	case "BVHTTDL":
		spoken = "Bộ Văn hóa, Thể thao và Du lịch"
	default:
		if own, ok := r.abbreviations.exact(letters); ok {
			spoken = own
		}
	}
	switch {
	case spoken == "":
		return strings.TrimRight(letterNames(letters)+" "+digitByDigit(session), " "), false
	case session != "":
		spoken += " khóa " + cardinal(session)
	}
	return spoken, true
}
