package rtspprobe

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/liberrors"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/camera"
)

// trouble finds the reason behind an error of the session.
func (s *session) trouble(err error) *camera.Trouble {
	reason := s.reason(err)
	if reason == devices.CameraProtocol && s.responses.Load() == 0 {
		if greeting := s.greeting.Load(); greeting != nil {
			err = fmt.Errorf("what answers does not speak RTSP, it says %q: %w", *greeting, err)
		}
	}
	return &camera.Trouble{Reason: reason, Err: err}
}

func (s *session) reason(err error) devices.CameraReason {
	var (
		status  liberrors.ErrClientBadStatusCode
		network *net.OpError
		name    *net.DNSError
	)
	switch {
	case errors.Is(err, errNoParameters), errors.Is(err, errNoVideo):
		return devices.CameraUnsupported
	case errors.Is(err, errElsewhere), errors.Is(err, errRedirects):
		return devices.CameraProtocol
	case errors.As(err, &status):
		return ofStatus(status.Code)
	case s.playing.Load():
		// However it broke off: it answered, and pictures do not come any more.
		return devices.CameraNoFrames
	case errors.Is(err, syscall.ECONNREFUSED):
		return devices.CameraRefused
	case errors.Is(err, errOpenTooLong), errors.As(err, &liberrors.ErrClientRequestTimedOut{}):
		if s.received.Load() > 0 && (s.responses.Load() == 0 || s.dials > 1) {
			return devices.CameraProtocol
		}
		return devices.CameraTimeout
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		if s.received.Load() == 0 {
			return devices.CameraRefused // it hangs up without a word
		}
		return devices.CameraProtocol
	case errors.As(err, &name), errors.As(err, &network):
		return devices.CameraTimeout // no such name, no route, no answer
	}
	return devices.CameraProtocol
}

func ofStatus(code base.StatusCode) devices.CameraReason {
	switch code {
	case base.StatusUnauthorized, base.StatusForbidden, base.StatusProxyAuthRequired:
		return devices.CameraWrongPassword
	case base.StatusNotFound, base.StatusGone:
		return devices.CameraNotFound
	case base.StatusUnsupportedMediaType, base.StatusUnsupportedTransport, base.StatusOptionNotSupported:
		return devices.CameraUnsupported
	}
	return devices.CameraProtocol
}
