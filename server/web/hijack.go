package web

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp/fasthttpadaptor"
)

// upgrade turns the request into a websocket and runs serve on it, after the handler has returned. serve may use nothing
// of c: fasthttp recycles it. A client sends nothing before it has the answer (RFC 6455, 4.1). websocket.Accept wants net/http, so it runs inside the hijack on a small imitation of it.
func upgrade(c *fiber.Ctx, serve func(*websocket.Conn)) error {
	if !strings.EqualFold(c.Get(fiber.HeaderUpgrade), "websocket") {
		c.Set(fiber.HeaderUpgrade, "websocket")
		return fiber.ErrUpgradeRequired
	}
	fc, r := c.Context(), new(http.Request)
	if err := fasthttpadaptor.ConvertRequest(fc, r, true); err != nil {
		return fmt.Errorf("upgrade: %w", err)
	}
	r = handshakeOf(r)
	conn := fc.Conn()            // not the hijacked one: that keeps fasthttp's 8 KB buffer, empty, for as long as the socket lives
	fc.HijackSetNoResponse(true) // Accept writes the answer
	fc.Hijack(func(net.Conn) {
		ws, err := websocket.Accept(&hijackWriter{conn: conn, header: http.Header{}}, r, &websocket.AcceptOptions{
			InsecureSkipVerify: true, // checkOrigin has compared it exactly
			CompressionMode:    websocket.CompressionDisabled,
		})
		if err != nil {
			_ = conn.Close() // there is nobody to tell
			return
		}
		// On a goroutine of its own, so that fasthttp has its buffer and its context back. It leaves the connection open (see
		// newServer).
		go func() {
			defer conn.Close()
			serve(ws)
		}()
	})
	return nil
}

// handshakeOf copies what Accept reads; the strings of a converted request live in fasthttp's buffers.
func handshakeOf(r *http.Request) *http.Request {
	h := http.Header{}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "Sec-Websocket-") || name == "Connection" || name == "Upgrade" {
			for _, v := range values {
				h.Add(strings.Clone(name), strings.Clone(v))
			}
		}
	}
	return &http.Request{Method: http.MethodGet, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h, Body: http.NoBody}
}

// hijackWriter is as much of an http.ResponseWriter as websocket.Accept needs.
type hijackWriter struct {
	conn   net.Conn
	header http.Header
}

func (w *hijackWriter) Header() http.Header { return w.header }

func (w *hijackWriter) WriteHeader(status int) {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	if status != http.StatusSwitchingProtocols {
		w.header.Set("Connection", "close")
	}
	_ = w.header.Write(&b) // a Builder never fails
	b.WriteString("\r\n")
	_, _ = w.conn.Write([]byte(b.String())) // Accept notices at its next write
}

func (w *hijackWriter) Write(p []byte) (int, error) { return w.conn.Write(p) }

func (w *hijackWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	// 1 KB instead of net/http's 4: most sockets only wait.
	return w.conn, bufio.NewReadWriter(bufio.NewReaderSize(w.conn, 1024), bufio.NewWriterSize(w.conn, 1024)), nil
}
