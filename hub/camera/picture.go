package camera

import (
	"context"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// picture is a keyframe, and its JPEG once somebody has asked for it.
type picture struct {
	codec string
	at    time.Time
	turn  chan struct{} // held by whoever converts or reads what follows
	data  []byte        // the keyframe, until it is converted
	jpeg  []byte
	err   error // of the one conversion
}

func newPicture(codec string, data []byte, at time.Time) *picture {
	return &picture{codec: codec, data: data, at: at, turn: make(chan struct{}, 1)}
}

// Picture returns the newest whole picture of a camera as JPEG with the time it
// arrived. That of a camera that is down is as old as its trouble. Each
// keyframe is converted once at most. Errors are [*problem.Problem]s, or that
// of ctx.
func (m *Monitor) Picture(ctx context.Context, id devices.DeviceID) ([]byte, time.Time, error) {
	w := m.find(id)
	if w == nil {
		return nil, time.Time{}, problem.New(problem.NotFound, "camera_unknown",
			"Không có camera %s.", "There is no camera %s.", id)
	}
	w.mu.Lock()
	p := w.picture
	w.mu.Unlock()
	if p == nil {
		return nil, time.Time{}, problem.New(problem.Unavailable, "picture_none",
			"Chưa nhận được hình nào từ camera %s. Hãy xem trạng thái và lý do của camera.",
			"No picture has come from camera %s yet. See the camera's state and its reason.", id)
	}
	jpeg, err := m.convert(ctx, p)
	if ctx.Err() != nil {
		return nil, time.Time{}, ctx.Err()
	}
	if err != nil {
		w.log.Warn("picture cannot be decoded", "codec", p.codec, "error", err)
		return nil, time.Time{}, problem.New(problem.Unavailable, "picture_unreadable",
			"Không giải mã được hình của camera %s. Hãy thử lại sau vài giây; nếu vẫn lỗi, hãy báo kỹ thuật viên kiểm tra FFmpeg trên máy chủ.",
			"The picture of camera %s cannot be decoded. Try again in a few seconds; if it stays so, have a technician check FFmpeg on the server.", id).Because(err)
	}
	return jpeg, p.at, nil
}

// convert returns the JPEG of p, made by this call or an earlier one.
func (m *Monitor) convert(ctx context.Context, p *picture) ([]byte, error) {
	if p.codec == "MJPEG" {
		return p.data, nil
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p.jpeg != nil || p.err != nil {
		return p.jpeg, p.err
	}
	if m.cfg.Decoder == nil {
		return nil, problem.New(problem.Unavailable, "picture_no_decoder",
			"Máy chủ chưa có bộ giải mã hình. Hãy nhờ kỹ thuật viên cài FFmpeg.", "The server has no decoder for pictures. Install FFmpeg.")
	}
	select {
	case m.conversions <- struct{}{}:
		defer func() { <-m.conversions }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	jpeg, err := m.cfg.Decoder.JPEG(ctx, p.codec, p.data)
	if ctx.Err() != nil {
		return nil, ctx.Err() // whoever asks next tries again
	}
	p.jpeg, p.err, p.data = jpeg, err, nil
	return jpeg, err
}
