package influxtest

import "syscall"

// dieWithUs lets the kernel end influxd when a test ends without its clean-up.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
