package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strconv"
)

// ContentHash makes a [Plan.ContentHash] of items that are encoded already: plans
// of many clusters share most of their items, and encoding is what costs.
type ContentHash struct {
	h     hash.Hash
	items int
	comma []byte // made once, for there are millions of items
}

// NewContentHash begins the hash of a plan with the cluster's volume.
func NewContentHash(volume int) *ContentHash {
	c := &ContentHash{h: sha256.New(), comma: []byte{','}}
	c.h.Write([]byte(`{"Volume":` + strconv.Itoa(volume) + `,"Items":[`))
	return c
}

// Add adds the next item as [json.Marshal] encodes it.
func (c *ContentHash) Add(item []byte) {
	if c.items > 0 {
		c.h.Write(c.comma)
	}
	c.items++
	c.h.Write(item)
}

// Sum ends the plan and returns the hash.
func (c *ContentHash) Sum(offsetMS int, keep []Audio) string {
	c.h.Write([]byte{']'})
	if offsetMS != 0 {
		c.h.Write([]byte(`,"OffsetMS":` + strconv.Itoa(offsetMS)))
	}
	if len(keep) > 0 {
		// Encoding these types cannot fail.
		b, _ := json.Marshal(keep)
		c.h.Write(append([]byte(`,"Keep":`), b...))
	}
	c.h.Write([]byte("}\n"))
	return hex.EncodeToString(c.h.Sum(nil))
}
