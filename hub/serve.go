package main

import (
	"errors"
	"fmt"

	"github.com/smart-commune/smart-commune/devices/strictyaml"
	"github.com/smart-commune/smart-commune/hub/app"
	"github.com/smart-commune/smart-commune/hub/config"
	"github.com/smart-commune/smart-commune/hub/httpapi"
)

type serveCmd struct {
	Config  string `help:"Configuration file." vi:"Tệp cấu hình." default:"configs/hub.yaml" env:"HUB_CONFIG" placeholder:"FILE"`
	Data    string `help:"Folder of all state." vi:"Thư mục chứa toàn bộ dữ liệu." default:"${data}" env:"HUB_DATA" placeholder:"DIR"`
	HTTP    string `name:"http" help:"Where the page listens, host:port; port 0 takes a free one (HUB_HTTP)." vi:"Địa chỉ của trang web, máy:cổng; cổng 0 là lấy một cổng trống (HUB_HTTP)." placeholder:"ADDR"`
	MQTT    string `name:"mqtt" help:"Where the own broker listens, host:port (HUB_MQTT)." vi:"Địa chỉ của bộ chuyển tin MQTT đi kèm, máy:cổng (HUB_MQTT)." placeholder:"ADDR"`
	MQTTURL string `name:"mqtt-url" help:"An outside broker instead, tcp://host:port (HUB_MQTT_URL)." vi:"Dùng bộ chuyển tin MQTT bên ngoài, tcp://máy:cổng (HUB_MQTT_URL)." placeholder:"URL"`
	Influx  string `help:"An InfluxDB to forward readings to (HUB_INFLUX_URL)." vi:"InfluxDB nhận số đo chuyển tiếp (HUB_INFLUX_URL)." placeholder:"URL"`
}

func (c *serveCmd) Run(t *terminal) error {
	// The command line wins over the environment, which wins over the file.
	flags := map[string]string{"HUB_HTTP": c.HTTP, "HUB_MQTT": c.MQTT, "HUB_MQTT_URL": c.MQTTURL, "HUB_INFLUX_URL": c.Influx}
	env := func(key string) string {
		if v := flags[key]; v != "" {
			return v
		}
		return t.env(key)
	}
	return app.Run(t.ctx, app.Options{ConfigFile: c.Config, DataDir: c.Data, Env: env, Version: versionText(), Out: t.stdout})
}

type checkConfigCmd struct {
	File string `arg:"" help:"Configuration file." vi:"Tệp cấu hình."`
	JSON bool   `name:"json" help:"Print JSON with stable fields." vi:"In JSON với các mục cố định."`
}

// checkResult is what check-config prints as JSON; a file without fault has OK
// alone.
type checkResult struct {
	OK      bool   `json:"ok"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Key     string `json:"key,omitempty"`
	Message string `json:"message,omitempty"`
}

func (c *checkConfigCmd) Run(t *terminal) error {
	_, err := config.Load(c.File, t.env)
	if c.JSON {
		result := checkResult{OK: err == nil}
		if at := (*strictyaml.Error)(nil); errors.As(err, &at) {
			result.File, result.Line, result.Key, result.Message = at.File, at.Line, at.Key, at.Message
		} else if err != nil {
			result.File, result.Message = c.File, err.Error()
		}
		if perr := printJSON(t.stdout, result); perr != nil || err == nil {
			return perr
		}
		return failed
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.stdout, t.words.configOK+"\n", c.File)
	return nil
}

type openAPICmd struct{}

func (openAPICmd) Run(t *terminal) error {
	b, err := httpapi.OpenAPI()
	if err != nil {
		return err
	}
	_, err = t.stdout.Write(b)
	return err
}
