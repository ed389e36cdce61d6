package announce

import "context"

// SetOrder gives an announcement another place among equals that it meets. It
// changes nothing of what is said, so whoever orders may still approve it, and it
// is asked of nobody.
func (s *Service) SetOrder(ctx context.Context, who string, id ID, order int) (Announcement, error) {
	if err := checkOrder(order); err != nil {
		return Announcement{}, err
	}
	return s.decide(ctx, id, func(a Announcement) (Announcement, error) {
		if a.Over() {
			return a, decided(a)
		}
		a.Order = order
		s.cfg.Log.Info("announcement ordered", "announcement", a.ID, "who", who, "order", order)
		return a, s.save(ctx, a, nil)
	})
}

func checkOrder(order int) error {
	if order < -maxOrder || order > maxOrder {
		return invalid("order", "order_out_of_range", "Thứ tự %d không hợp lệ. Hãy chọn từ %d đến %d.",
			"The order %d is not possible: choose %d to %d.", order, -maxOrder, maxOrder)
	}
	return nil
}
