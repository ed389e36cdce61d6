package speaker

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// recordFile is an append-only file of JSON records, one a line behind its
// CRC-32. A line that a crash or a bad sector damaged is left out when the file
// is read; a torn last line is cut off.
type recordFile struct {
	path string
	file *os.File
	size int64
}

// openRecords opens or creates the file and hands each sound record to each.
func openRecords(path string, each func(data []byte)) (*recordFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	r := &recordFile{path: path, file: f}
	if r.size, err = scanRecords(f, each); err == nil {
		err = f.Truncate(r.size)
	}
	if err == nil {
		_, err = f.Seek(r.size, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read records %s: %w", path, err), f.Close())
	}
	return r, nil
}

// scanRecords returns the length of the whole lines.
func scanRecords(f io.Reader, each func(data []byte)) (size int64, err error) {
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return size, err
		}
		size += int64(len(line))
		if data, ok := parseLine(line); ok {
			each(data)
		}
	}
}

func parseLine(line []byte) ([]byte, bool) {
	sum, data, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	return data, ok && string(sum) == fmt.Sprintf("%08x", crc32.ChecksumIEEE(data))
}

func appendLine(to []byte, record any) ([]byte, error) {
	data, err := json.Marshal(record)
	if err != nil {
		return to, err
	}
	return fmt.Appendf(to, "%08x %s\n", crc32.ChecksumIEEE(data), data), nil
}

// append adds a record; it is durable when append returns nil, and absent
// otherwise.
func (r *recordFile) append(record any) error {
	line, err := appendLine(nil, record)
	if err != nil {
		return err
	}
	n, err := r.file.Write(line)
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		// A half line would swallow the next one.
		_, seekErr := r.file.Seek(r.size, io.SeekStart)
		return errors.Join(fmt.Errorf("append to %s: %w", r.path, err), r.file.Truncate(r.size), seekErr)
	}
	r.size += int64(n)
	return nil
}

// rewrite replaces all records.
func (r *recordFile) rewrite(records []any) error {
	var data []byte
	var err error
	for _, record := range records {
		if data, err = appendLine(data, record); err != nil {
			return err
		}
	}
	if err := writeFile(r.path, data); err != nil {
		return err
	}
	f, err := os.OpenFile(r.path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekEnd); err != nil {
		return errors.Join(err, f.Close())
	}
	old := r.file
	r.file, r.size = f, int64(len(data))
	return old.Close()
}

func (r *recordFile) close() error { return r.file.Close() }
