package camera

import (
	"strings"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/liberrors"

	"github.com/smart-commune/smart-commune/devices"
)

// handler is the fleet as its RTSP server sees it.
type handler Fleet

var (
	_ gortsplib.ServerHandlerOnDescribe         = (*handler)(nil)
	_ gortsplib.ServerHandlerOnSetup            = (*handler)(nil)
	_ gortsplib.ServerHandlerOnPlay             = (*handler)(nil)
	_ gortsplib.ServerHandlerOnDecodeError      = (*handler)(nil)
	_ gortsplib.ServerHandlerOnStreamWriteError = (*handler)(nil)
)

// OnDescribe answers DESCRIBE.
func (h *handler) OnDescribe(ctx *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.admit(ctx.Conn, ctx.Request, ctx.Path)
}

// OnSetup answers SETUP.
func (h *handler) OnSetup(ctx *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	if ctx.Transport != gortsplib.TransportTCP {
		return &base.Response{StatusCode: base.StatusUnsupportedTransport}, nil, nil
	}
	return h.admit(ctx.Conn, ctx.Request, ctx.Path)
}

// OnPlay answers PLAY.
func (h *handler) OnPlay(*gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	return &base.Response{StatusCode: base.StatusOK}, nil
}

// OnDecodeError keeps the library from writing to the standard log.
func (h *handler) OnDecodeError(ctx *gortsplib.ServerHandlerOnDecodeErrorCtx) {
	h.log.Debug("a viewer sent what cannot be read", "error", ctx.Error)
}

// OnStreamWriteError keeps the library from writing to the standard log.
func (h *handler) OnStreamWriteError(ctx *gortsplib.ServerHandlerOnStreamWriteErrorCtx) {
	h.log.Debug("a viewer is too slow", "error", ctx.Error)
}

// admit finds the camera of a path and checks who asks.
func (h *handler) admit(conn *gortsplib.ServerConn, req *base.Request, path string) (*base.Response, *gortsplib.ServerStream, error) {
	c := (*Fleet)(h).find(devices.DeviceID(strings.Trim(path, "/")))
	if c == nil {
		return &base.Response{StatusCode: base.StatusNotFound}, nil, nil
	}
	password := c.cam.Password
	switch c.present() {
	case Refuse, Mute: // asked for through the port of another camera
		conn.Close()
		return &base.Response{StatusCode: base.StatusServiceUnavailable}, nil, nil
	case Password:
		password += " was changed"
	}
	if c.cam.Username != "" && !conn.VerifyCredentials(req, c.cam.Username, password) {
		return &base.Response{StatusCode: base.StatusUnauthorized}, nil, liberrors.ErrServerAuth{}
	}
	return &base.Response{StatusCode: base.StatusOK}, c.stream, nil
}
