package account

import (
	"context"
	"fmt"
	"time"
)

// maxDetail keeps one action from filling the log, in bytes.
const maxDetail = 500

// Audit appends an action to the audit log; At defaults to now. The entry is
// durable when Audit returns nil.
func (s *Service) Audit(ctx context.Context, e AuditEntry) error {
	if e.At.IsZero() {
		e.At = s.now()
	}
	e.Who, e.Object, e.Detail = clip(e.Who, 64), clip(e.Object, 200), clip(e.Detail, maxDetail)
	if err := s.store.AppendAudit(ctx, e); err != nil {
		return fmt.Errorf("write audit log: %w", err)
	}
	return nil
}

// AuditLog returns at most limit entries since then, newest first.
func (s *Service) AuditLog(ctx context.Context, since time.Time, limit int) ([]AuditEntry, error) {
	return s.store.LoadAudit(ctx, since, limit)
}

// clip cuts s to at most n bytes at the end of a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
