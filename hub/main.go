// Command hub runs the smart-commune hub, and speaks to a running one.
//
// Exit codes: 0 success; 1 refused or failed; 2 the command was written wrongly;
// 3 no hub answers.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 3
)

// version is set by the build.
var version string

type commands struct {
	Serve       serveCmd       `cmd:"" help:"Run the hub." vi:"Chạy máy chủ."`
	CheckConfig checkConfigCmd `cmd:"" help:"Check a configuration file." vi:"Kiểm tra tệp cấu hình."`
	Import      importCmd      `cmd:"" help:"Import an inventory file (villages, clusters, cameras) into a running hub." vi:"Nhập tệp danh mục (thôn, cụm loa, camera) vào máy chủ đang chạy."`
	Announce    announceCmd    `cmd:"" help:"Make an announcement." vi:"Tạo bản tin."`
	Programme   programmeCmds  `cmd:"" help:"Manage programmes." vi:"Quản lý chương trình."`
	Journal     journalCmds    `cmd:"" help:"Show what each cluster played; verify the journal." vi:"Xem từng cụm loa đã phát gì; kiểm tra nhật ký."`
	Report      reportCmd      `cmd:"" help:"Show or save the report of a month." vi:"Xem hoặc lưu báo cáo tháng."`
	Status      statusCmd      `cmd:"" help:"Show the state of clusters, cameras and the hub's parts." vi:"Xem tình trạng cụm loa, camera và các phần của máy chủ."`
	Readings    readingsCmd    `cmd:"" help:"Show the past of one metric of one device." vi:"Xem số đo đã qua của một thiết bị."`
	User        userCmd        `cmd:"" help:"Manage accounts." vi:"Quản lý tài khoản."`
	Version     versionCmd     `cmd:"" help:"Show the version." vi:"Xem phiên bản."`
	OpenAPI     openAPICmd     `cmd:"" name:"openapi" hidden:"" help:"Print the description of the HTTP API." vi:"In mô tả của HTTP API."`

	operating
}

// terminal is where a command runs.
type terminal struct {
	ctx    context.Context
	env    func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	words  words
	json   bool // errors are JSON, too
}

// collectAt is by how many percent the memory in use may grow before it is collected.
// The hub mostly waits, on machines with little memory, so that it had rather collect
// twice as often as hold twice as much.
const collectAt = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&terminal{ctx: ctx, env: os.Getenv, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run carries out one command and returns its exit code.
func run(t *terminal, args []string) (code int) {
	t.words, t.json = wordsFor(t.env), wantsJSON(args)
	type exit int
	defer func() {
		// kong leaves by Exit after it has printed help.
		switch r := recover().(type) {
		case nil:
		case exit:
			code = int(r)
		default:
			panic(r)
		}
	}()
	var c commands
	parser, err := kong.New(&c, append(helpIn(t.words), kong.Name("hub"), kong.Writers(t.stdout, t.stderr),
		kong.Exit(func(code int) { panic(exit(code)) }), kong.Vars{"data": "data"})...)
	if err != nil {
		panic(err) // the command line itself is described wrongly
	}
	kctx, err := parser.Parse(asked(args))
	if err != nil {
		return t.report(usageError{err})
	}
	return t.report(kctx.Run(t))
}

type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON with stable fields." vi:"In JSON với các mục cố định."`
}

func (c *versionCmd) Run(t *terminal) error {
	if c.JSON {
		return printJSON(t.stdout, struct {
			Version string `json:"version"`
		}{versionText()})
	}
	_, err := fmt.Fprintln(t.stdout, versionText())
	return err
}

// versionText is what the build says, or else what Go noted.
func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
