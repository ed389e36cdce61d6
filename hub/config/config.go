// Package config reads the hub's configuration: defaults, then a strict YAML
// file, then the environment, then checks. Every error names the file, the
// line, the key and what is accepted.
//
// Addresses and secrets may come from the environment, which wins over the file:
// HUB_INVENTORY, HUB_HTTP, HUB_MQTT, HUB_MQTT_URL, HUB_MQTT_PASSWORD, HUB_INFLUX_URL,
// HUB_INFLUX_TOKEN, HUB_PUBLIC_PAGE (true or false).
package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/smart-commune/smart-commune/devices/strictyaml"
)

// Config is the whole configuration of a hub.
type Config struct {
	// Inventory is the file that fills an empty database at first start,
	// relative to the configuration file. It may be empty.
	Inventory string `yaml:"inventory"`
	// DemoAccounts makes one account a role with a known password. Never use it
	// where strangers can reach the page.
	DemoAccounts bool `yaml:"demo_accounts"`
	HTTP         HTTP `yaml:"http"`
	MQTT         MQTT `yaml:"mqtt"`
	// PublicPage opens /public/ to everybody: what was and will be broadcast. It
	// defaults to false.
	PublicPage bool `yaml:"public_page"`
	// PublicAddress is where everybody reaches the hub, for the QR code and the
	// feeds of the public page: https://loa.lucbinh.vn. It defaults to the address
	// by which each request came.
	PublicAddress string        `yaml:"public_address"`
	Announcements Announcements `yaml:"announcements"`
	Audio         Audio         `yaml:"audio"`
	Readings      Readings      `yaml:"readings"`
	Influx        Influx        `yaml:"influx"`
	Log           Log           `yaml:"log"`
}

// HTTP is where the page and the API are served.
type HTTP struct {
	// Listen is host:port; port 0 takes a free one. It defaults to :8080.
	Listen string `yaml:"listen"`
}

// MQTT is the broker: the hub's own, or an outside one.
type MQTT struct {
	// Listen is where the hub's own broker listens, host:port. It defaults to
	// :1883.
	Listen string `yaml:"listen"`
	// URL names an outside broker (tcp://, ssl://, ws://, wss://) that takes the
	// place of the hub's own. Its accounts and topic rights are then its own
	// business.
	URL      string `yaml:"url"`
	Username string `yaml:"username"`
	Password string `yaml:"password"`
}

// Announcements is how announcements are made.
type Announcements struct {
	// Approval is "two-person" (the default: nobody approves what they wrote) or
	// "one-person" (an announcement by anyone entitled goes out at once).
	Approval Approval `yaml:"approval"`
	// Limits is what becomes of what breaks the quiet hours or the limits of sessions:
	// "warn" (the default: the approver is told) or "stop" (it cannot be approved).
	Limits Limits `yaml:"limits"`
	// Speech is the text to speech engine: a command that reads text on its
	// standard input and writes a WAV file to its standard output. It defaults
	// to espeak-ng in Vietnamese.
	Speech []string `yaml:"speech"`
	// Voices are engines for other languages, by BCP 47 tag. It defaults to
	// English by espeak-ng ("en").
	Voices map[string][]string `yaml:"voices"`
}

// Approval is who approves an announcement.
type Approval string

// The ways of approval.
const (
	TwoPerson Approval = "two-person"
	OnePerson Approval = "one-person"
)

// Limits is how limits are held.
type Limits string

// The ways of holding limits.
const (
	WarnLimits Limits = "warn"
	StopLimits Limits = "stop"
)

// Audio is how long audio is kept.
type Audio struct {
	// KeepDays is for how many days audio stays that was played, or uploaded and not
	// used. What is planned, approved or being written stays in any case. It defaults to
	// 90; what was broadcast can be heard again on the public page for 30.
	KeepDays int `yaml:"keep_days"`
}

// Keep returns KeepDays as a duration.
func (a Audio) Keep() time.Duration { return days(a.KeepDays) }

// Readings is how long readings are kept.
type Readings struct {
	// KeepDays is how long raw readings stay in the hub's own database. It
	// defaults to 90.
	KeepDays int `yaml:"keep_days"`
}

// Influx is an InfluxDB to forward readings to: 1.8, 2 or 3, or what takes its
// v2 write requests. Without a URL nothing is forwarded.
type Influx struct {
	URL string `yaml:"url"`
	// Token is an API token, or "user:password" for 1.8.
	Token string `yaml:"token"`
	// Org is empty for 1.8.
	Org string `yaml:"org"`
	// Bucket is the bucket, or "database/retention" for 1.8. It defaults to
	// smart_commune/autogen.
	Bucket string `yaml:"bucket"`
	// History answers questions about the past from InfluxDB instead of the
	// hub's own database.
	History bool `yaml:"history"`
}

// Log is how the log is written.
type Log struct {
	// Level is debug, info (the default), warn or error.
	Level string `yaml:"level"`
	// JSON writes one JSON object a line instead of key=value.
	JSON bool `yaml:"json"`
}

// Default returns the configuration of an empty file.
func Default() Config {
	return Config{
		HTTP: HTTP{Listen: ":8080"},
		MQTT: MQTT{Listen: ":1883"},
		Announcements: Announcements{Approval: TwoPerson, Limits: WarnLimits, Speech: []string{"espeak-ng", "-v", "vi", "-s", "150", "--stdin", "--stdout"},
			Voices: map[string][]string{"en": {"espeak-ng", "-v", "en", "-s", "150", "--stdin", "--stdout"}}},
		Audio:    Audio{KeepDays: 90},
		Readings: Readings{KeepDays: 90},
		Influx:   Influx{Bucket: "smart_commune/autogen"},
		Log:      Log{Level: "info"},
	}
}

// Load reads and checks the file name; env is [os.Getenv].
func Load(name string, env func(string) string) (Config, error) {
	c := Default()
	f, err := strictyaml.Read(name, &c)
	if err != nil {
		return Config{}, err
	}
	if c.Inventory != "" && !filepath.IsAbs(c.Inventory) {
		c.Inventory = filepath.Join(filepath.Dir(name), c.Inventory)
	}
	for key, value := range map[string]*string{
		"HUB_INVENTORY": &c.Inventory, "HUB_HTTP": &c.HTTP.Listen, "HUB_MQTT": &c.MQTT.Listen,
		"HUB_MQTT_URL": &c.MQTT.URL, "HUB_MQTT_PASSWORD": &c.MQTT.Password,
		"HUB_INFLUX_URL": &c.Influx.URL, "HUB_INFLUX_TOKEN": &c.Influx.Token,
	} {
		if v := env(key); v != "" {
			*value = v
		}
	}
	if v := env("HUB_PUBLIC_PAGE"); v != "" {
		if c.PublicPage, err = strconv.ParseBool(v); err != nil {
			return Config{}, fmt.Errorf("HUB_PUBLIC_PAGE is %q: use true or false", v)
		}
	}
	if key, err := c.check(); err != nil {
		return Config{}, f.Errorf(key, "%v", err)
	}
	return c, nil
}

func (c Config) check() (key string, err error) {
	if err := checkListen(c.HTTP.Listen); err != nil {
		return "http.listen", err
	}
	if c.MQTT.URL != "" {
		if err := checkURL(c.MQTT.URL, "tcp", "mqtt", "ssl", "tls", "mqtts", "ws", "wss"); err != nil {
			return "mqtt.url", err
		}
	} else if err := checkListen(c.MQTT.Listen); err != nil {
		return "mqtt.listen", err
	}
	if c.PublicAddress != "" {
		if err := checkURL(c.PublicAddress, "http", "https"); err != nil {
			return "public_address", err
		}
	}
	switch c.Announcements.Approval {
	case TwoPerson, OnePerson:
	default:
		return "announcements.approval", fmt.Errorf("%q is not known: use two-person or one-person", c.Announcements.Approval)
	}
	switch c.Announcements.Limits {
	case WarnLimits, StopLimits:
	default:
		return "announcements.limits", fmt.Errorf("%q is not known: use warn or stop", c.Announcements.Limits)
	}
	if len(c.Announcements.Speech) == 0 || c.Announcements.Speech[0] == "" {
		return "announcements.speech", fmt.Errorf("a command is missing: a list such as [espeak-ng, -v, vi, --stdin, --stdout]")
	}
	if d := c.Audio.KeepDays; d < 30 || d > 3650 {
		return "audio.keep_days", fmt.Errorf("%d days: 30 to 3650 are possible", d)
	}
	if d := c.Readings.KeepDays; d < 1 || d > 3650 {
		return "readings.keep_days", fmt.Errorf("%d days: 1 to 3650 are possible", d)
	}
	if c.Influx.URL != "" {
		if err := checkURL(c.Influx.URL, "http", "https"); err != nil {
			return "influx.url", err
		}
		if c.Influx.Bucket == "" {
			return "influx.bucket", fmt.Errorf("a bucket is missing: its name, or database/retention for InfluxDB 1.8")
		}
	}
	switch c.Log.Level {
	case "debug", "info", "warn", "error":
	default:
		return "log.level", fmt.Errorf("%q is not known: use debug, info, warn or error", c.Log.Level)
	}
	return "", nil
}

func checkListen(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("%q is no address to listen on: use host:port or :port, with port 0 for a free one", addr)
	}
	return nil
}

func checkURL(s string, schemes ...string) error {
	u, err := url.Parse(s)
	if err == nil && u.Host != "" {
		for _, scheme := range schemes {
			if u.Scheme == scheme {
				return nil
			}
		}
	}
	return fmt.Errorf("%q is not a URL with a host and one of the schemes %v", s, schemes)
}

// Keep returns KeepDays as a duration.
func (r Readings) Keep() time.Duration { return days(r.KeepDays) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
