package main

import (
	"bytes"
	"strings"

	"github.com/alecthomas/kong"
)

const (
	aboutEN = "The smart-commune hub. Exit codes: 0 success, 1 refused or failed, 2 wrong usage, 3 no hub answers."
	aboutVI = "Máy chủ của xã thông minh. Mã kết thúc: 0 thành công, 1 bị từ chối hoặc không làm được, 2 viết sai lệnh, 3 không có máy chủ."
)

// helpIn lets the help speak the language of the words. English is in the tag
// "help" of each command and flag, Vietnamese in the tag "vi" beside it.
func helpIn(w words) []kong.Option {
	options := []kong.Option{kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Description(w.pick(aboutVI, aboutEN))}
	if !w.vi {
		return options
	}
	return append(options, kong.PostBuild(func(k *kong.Kong) error {
		return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
			switch n := node.(type) {
			case *kong.Node:
				if n.Tag != nil {
					n.Help = n.Tag.Get("vi")
				}
			case *kong.Value: // a flag or an argument
				if n.Help = n.Tag.Get("vi"); n.Name == "help" {
					n.Help = "Xem cách dùng."
				}
			}
			return next(nil)
		})
	}), kong.Help(func(o kong.HelpOptions, ctx *kong.Context) error {
		out := ctx.Stdout
		var text bytes.Buffer
		ctx.Stdout = &text
		err := kong.DefaultHelpPrinter(o, ctx)
		ctx.Stdout = out
		if err != nil {
			return err
		}
		_, err = helpWords.WriteString(out, text.String())
		return err
	}))
}

// helpWords are the words that the library puts around ours.
var helpWords = strings.NewReplacer("Usage: ", "Cách dùng: ", "\nFlags:\n", "\nTùy chọn:\n", "\nArguments:\n", "\nTham số:\n", "\nCommands:\n", "\nCác lệnh:\n",
	"<command>", "<lệnh>", "[flags]", "[tùy chọn]", "Run \"hub ", "Gõ \"hub ", "\" for more information on a command.", "\" để xem thêm về một lệnh.",
	"\" for more information.", "\" để xem thêm.")

// asked reads `hub help` and `hub help COMMAND` as they are meant.
func asked(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return append(args[1:len(args):len(args)], "--help")
	}
	return args
}
