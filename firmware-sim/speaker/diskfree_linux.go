package speaker

import "syscall"

// diskFree is how many bytes the disk of a directory can still take.
func diskFree(dir string) (bytes int64, known bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail * uint64(st.Bsize)), true
}
