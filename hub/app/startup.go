package app

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// startProblem says to whoever starts the hub why its data folder cannot be used and
// what to do; other errors stay as they are.
func startProblem(dir string, err error) error {
	say := func(code, vi, en string) error {
		return problem.New(problem.Unavailable, code, vi, en, dir).Because(err)
	}
	var said *problem.Problem
	switch {
	case errors.As(err, &said):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, sqlitestore.ErrFull):
		return say("disk_full", "đĩa chứa thư mục dữ liệu %s đã đầy. Hãy xóa bớt tệp không cần, hoặc chọn thư mục ở đĩa khác bằng --data, rồi chạy lại.",
			"the disk of the data folder %s is full. Remove files that are not needed, or choose a folder on another disk with --data, and start again.")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, sqlitestore.ErrReadOnly):
		return say("data_not_writable", "không ghi được vào thư mục dữ liệu %s. Hãy cho tài khoản đang chạy máy chủ quyền ghi vào thư mục này, hoặc chọn thư mục khác bằng --data.",
			"the data folder %s cannot be written to. Give the account that runs the hub the right to write there, or choose another folder with --data.")
	case errors.Is(err, syscall.ENOTDIR):
		return say("data_no_folder", "%s không phải là thư mục. Hãy chọn thư mục dữ liệu khác bằng --data.",
			"%s is no folder. Choose another data folder with --data.")
	case errors.Is(err, sqlitestore.ErrDamaged):
		return say("data_damaged", "cơ sở dữ liệu hub.db trong %s bị hỏng. Hãy cất nó sang chỗ khác và chép bản sao lưu vào.",
			"the database hub.db in %s is damaged. Put it aside and copy a backup in its place.")
	}
	return err
}

// listenProblem says why an address cannot be listened on, and which flag chooses another.
func listenProblem(addr, flag string, err error) error {
	say := func(code, vi, en string) error {
		return problem.New(problem.Unavailable, code, vi, en, addr, flag).Because(err)
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return say("address_in_use", "địa chỉ %s đã có chương trình khác dùng. Hãy dừng chương trình đó, hoặc chọn cổng khác bằng %s.",
			"another program uses the address %s. Stop that one, or choose another port with %s.")
	case errors.Is(err, fs.ErrPermission):
		return say("address_forbidden", "không có quyền dùng địa chỉ %s. Hãy chọn một cổng từ 1024 trở lên bằng %s.",
			"no permission to use the address %s. Choose a port from 1024 on with %s.")
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return say("address_elsewhere", "máy này không có địa chỉ %s. Hãy ghi địa chỉ của chính máy này, hoặc chỉ ghi :cổng, bằng %s.",
			"this machine does not have the address %s. Give one of its own, or :port alone, with %s.")
	}
	return err
}
