package main

import (
	"bytes"
	"io"
	"math"
	"net"
	"testing"
	"time"
)

func TestSlowLinkDelaysAndKeepsOrder(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() { // an echo
		conn, err := listener.Accept()
		if err == nil {
			_, err = io.Copy(conn, conn)
			conn.Close()
		}
		served <- err
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	slow := slowLink{delay: 20 * time.Millisecond, jitter: 10 * time.Millisecond}.slow(conn)
	begun := time.Now()
	sent := []byte("one two three four five six seven")
	for _, b := range sent {
		if _, err := slow.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(slow, got); err != nil || !bytes.Equal(got, sent) {
		t.Fatalf("%q came back as %q: %v", sent, got, err)
	}
	if took := time.Since(begun); took < 30*time.Millisecond {
		t.Errorf("there and back took %s", took)
	}
	slow.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if _, err := slow.Read(got); err == nil {
		t.Error("a closed connection can be read")
	}
}

func TestSlowLinkIsReadFromFlags(t *testing.T) {
	var l slowLink
	if err := l.UnmarshalText([]byte("delay=50ms,jitter=30ms,asym=10ms,loss=1%")); err != nil {
		t.Fatal(err)
	}
	if want := (slowLink{50 * time.Millisecond, 30 * time.Millisecond, 10 * time.Millisecond, 0.01}); l != want {
		t.Errorf("%+v, want %+v", l, want)
	}
	for range 1000 {
		l.loss = 0
		if up, down := l.takes(true), l.takes(false); up < 25*time.Millisecond || up > 85*time.Millisecond || down < 15*time.Millisecond || down > 75*time.Millisecond {
			t.Fatalf("%s up, %s down", up, down)
		}
	}
	for _, bad := range []string{"", "delay", "delay=fast", "delay=-1s", "loss=90%", "loss=NaN", "speed=3"} {
		if l.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestWrongClockIsReadFromFlags(t *testing.T) {
	var w wrongClock
	if err := w.UnmarshalText([]byte("offset=-12s,drift=1000ppm")); err != nil {
		t.Fatal(err)
	}
	now := w.of("loa-01")
	first := now()
	if off := time.Until(first); math.Abs(off.Seconds()+12) > 5 {
		t.Errorf("the clock is off by %s", off)
	}
	for _, bad := range []string{"", "offset=x", "drift=fast", "drift=NaN", "wrong"} {
		if w.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	if err := w.UnmarshalText([]byte("random")); err != nil {
		t.Fatal(err)
	}
	a, b := w.of("loa-01")(), w.of("loa-02")()
	if a.Sub(b).Abs() < 10*time.Millisecond || time.Until(a).Abs() > randomOffset || time.Until(b).Abs() > randomOffset {
		t.Errorf("two clusters' clocks show %s and %s", a, b)
	}
}
