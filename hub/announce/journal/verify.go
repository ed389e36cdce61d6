package journal

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
)

// Head is the newest entry of a journal at some moment: whoever has noted it can
// tell later whether the journal up to there is still the same.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Chain is a journal to verify.
type Chain interface {
	JournalChain(ctx context.Context, commune devices.CommuneID, after int64, limit int) ([]Entry, error)
	// JournalHead returns the head that the store noted apart from the entries
	// when it took the newest one in; the zero Head when it has noted none.
	JournalHead(ctx context.Context, commune devices.CommuneID) (Head, error)
}

// Verification is what a look through a whole journal found.
//
// The chain shows an entry that was altered, removed, put in or moved, because
// each entry carries the hash of the one before. It cannot show that the newest
// entries were cut off, nor that somebody who can compute hashes wrote all of it
// anew. The first is seen against the head that the store keeps apart; the
// second, and a cut by somebody who knows of that head, only against a head that
// was noted outside the machine: every monthly report prints one.
type Verification struct {
	Commune devices.CommuneID `json:"commune"`
	Whole   bool              `json:"whole"`
	// Entries is how many hold together, counted from the first.
	Entries int64 `json:"entries"`
	// Head is the last entry that holds.
	Head   Head    `json:"head"`
	Broken *Broken `json:"broken,omitempty"`
}

// Damage is what is wrong with a journal.
type Damage string

// The kinds of damage.
const (
	Altered   Damage = "altered"     // its content is not what was written
	Absent    Damage = "missing"     // it was removed
	Disorder  Damage = "out_of_turn" // it does not follow the entry before it: moved, put in, or both rewritten
	CutOff    Damage = "cut_off"     // it and what came after were removed from the end
	Rewritten Damage = "rewritten"   // it is not the entry that was noted under its number
	Unnoted   Damage = "no_head"     // the head that the store keeps apart is gone
)

// Broken says where a journal does not hold together.
type Broken struct {
	Seq    int64  `json:"seq"` // of the first entry at fault
	Damage Damage `json:"damage" enum:"altered,missing,out_of_turn,cut_off,rewritten,no_head"`
}

// Error implements error.
func (b *Broken) Error() string {
	return fmt.Sprintf("the journal is broken at entry %d: %s", b.Seq, b.Words(false))
}

// Words says what is wrong, in Vietnamese or in English.
func (b *Broken) Words(vi bool) string {
	words := map[Damage][2]string{
		Altered:   {"nội dung đã bị sửa", "its content was altered"},
		Absent:    {"mục này đã bị xóa", "it is missing"},
		Disorder:  {"mục này không nối tiếp mục trước: đã bị đổi chỗ, chèn vào hoặc viết lại", "it does not follow the entry before it: moved, put in or rewritten"},
		CutOff:    {"mục này và các mục sau đã bị cắt khỏi cuối nhật ký", "it and all that followed were cut off the end"},
		Rewritten: {"mục này khác với mã đã ghi lại trước đây: nhật ký đã bị viết lại", "it is another than the one noted before: the journal was written anew"},
		Unnoted:   {"dấu mốc cuối nhật ký đã bị xóa", "the note of the newest entry was removed"},
	}[b.Damage]
	if vi {
		return words[0]
	}
	return words[1]
}

// Verify looks through the whole journal of a commune. noted are heads from
// outside the store, such as one printed in a report; each must be in it. The
// error is of reading alone: damage is in the result.
func Verify(ctx context.Context, c Chain, commune devices.CommuneID, noted ...Head) (Verification, error) {
	v := Verification{Commune: commune}
	kept, err := c.JournalHead(ctx, commune)
	if err != nil {
		return v, fmt.Errorf("read the head of the journal: %w", err)
	}
	heads := noted
	if kept != (Head{}) {
		heads = append([]Head{kept}, noted...)
	}
	for {
		page, err := c.JournalChain(ctx, commune, v.Head.Seq, 1000)
		if err != nil {
			return v, fmt.Errorf("read journal: %w", err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if v.Broken = v.Head.follow(e, heads); v.Broken != nil {
				return v, nil
			}
			v.Head, v.Entries = Head{e.Seq, e.Hash}, v.Entries+1
		}
	}
	for _, h := range heads {
		if h.Seq > v.Head.Seq {
			v.Broken = &Broken{v.Head.Seq + 1, CutOff}
			return v, nil
		}
	}
	if kept == (Head{}) && v.Entries > 0 {
		v.Broken = &Broken{v.Head.Seq, Unnoted}
		return v, nil
	}
	v.Whole = true
	return v, nil
}

// follow reports what is wrong with e as the entry after h.
func (h Head) follow(e Entry, heads []Head) *Broken {
	switch {
	case e.Seq != h.Seq+1:
		return &Broken{h.Seq + 1, Absent}
	case !e.isText() || e.sum() != e.Hash:
		return &Broken{e.Seq, Altered}
	case e.PrevHash != h.Hash:
		return &Broken{e.Seq, Disorder}
	}
	for _, known := range heads {
		if known.Seq == e.Seq && known.Hash != e.Hash {
			return &Broken{e.Seq, Rewritten}
		}
	}
	return nil
}

// isText reports whether all words are UTF-8. Only what is can be hashed: JSON
// writes every broken byte as the same character.
func (e Entry) isText() bool {
	for _, s := range []string{string(e.Commune), string(e.Cluster), e.Play, e.Occurrence, string(e.Announcement), e.Title, string(e.Result), e.Reason, e.PrevHash} {
		if !utf8.ValidString(s) {
			return false
		}
	}
	return true
}
