//go:build !linux

package speaker

// diskFree is known for Linux alone.
func diskFree(string) (bytes int64, known bool) { return 0, false }
