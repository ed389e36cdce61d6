package camera

// encoder writes pictures as H.264 Baseline: an IDR picture is all I_PCM
// macroblocks, any other picture has I_PCM where something was drawn and P_Skip
// elsewhere. That needs no transform and no search, so nine cameras cost next
// to nothing, and the decoded picture is exact.
type encoder struct {
	frameNum uint32 // of the next picture, counted from its IDR picture
	idrID    uint32 // tells one IDR picture from the next
}

// Bits of the frame_num field, the same in the SPS and in every slice.
const frameNumBits = 8

const (
	nalSlice = 0x41 // reference slice of a picture that is not IDR
	nalIDR   = 0x65
	nalSPS   = 0x67
	nalPPS   = 0x68
)

// encode returns the access unit of the picture and forgets what was drawn
// since the last one. A key picture carries its parameter sets.
func (e *encoder) encode(p *picture, key bool) [][]byte {
	defer p.clean()
	if !key {
		e.frameNum++
		return [][]byte{e.inter(p)}
	}
	e.frameNum = 0
	e.idrID ^= 1
	return [][]byte{spsNAL(), ppsNAL(), e.idr(p)}
}

func (e *encoder) idr(p *picture) []byte {
	b := bits{buf: make([]byte, 0, macroblocks*(pcmSize+4))}
	b.ue(0)              // first_mb_in_slice
	b.ue(7)              // slice_type: I, the whole picture
	b.ue(0)              // pic_parameter_set_id
	b.u(frameNumBits, 0) // frame_num
	b.ue(e.idrID)        // idr_pic_id
	b.u(2, 0)            // keep nothing of what was before
	b.ue(0)              // slice_qp_delta
	b.ue(1)              // disable_deblocking_filter_idc
	for mb := range macroblocks {
		b.ue(25) // mb_type I_PCM in an I slice
		b.pcm(p, mb)
	}
	return b.nal(nalIDR)
}

func (e *encoder) inter(p *picture) []byte {
	var b bits
	b.ue(0)                                           // first_mb_in_slice
	b.ue(5)                                           // slice_type: P, the whole picture
	b.ue(0)                                           // pic_parameter_set_id
	b.u(frameNumBits, e.frameNum&(1<<frameNumBits-1)) // frame_num
	b.u(3, 0)                                         // no overrides: reference count, list, marking
	b.ue(0)                                           // slice_qp_delta
	b.ue(1)                                           // disable_deblocking_filter_idc
	skip := uint32(0)
	for mb, drawn := range p.drawn {
		if !drawn {
			skip++
			continue
		}
		b.ue(skip) // mb_skip_run
		skip = 0
		b.ue(5 + 25) // mb_type I_PCM in a P slice
		b.pcm(p, mb)
	}
	if skip > 0 {
		b.ue(skip)
	}
	return b.nal(nalSlice)
}

func spsNAL() []byte {
	var b bits
	b.u(8, 66)                 // profile_idc: Baseline
	b.u(8, 0xc0)               // constrained Baseline
	b.u(8, 30)                 // level_idc 3.0
	b.ue(0)                    // seq_parameter_set_id
	b.ue(frameNumBits - 4)     // log2_max_frame_num_minus4
	b.ue(2)                    // pic_order_cnt_type: output order is decoding order
	b.ue(1)                    // max_num_ref_frames
	b.u(1, 0)                  // gaps_in_frame_num_value_allowed_flag
	b.ue(width/mbSize - 1)     // pic_width_in_mbs_minus1
	b.ue(height/mbSize - 1)    // pic_height_in_map_units_minus1
	b.u(1, 1)                  // frame_mbs_only_flag
	b.u(1, 1)                  // direct_8x8_inference_flag
	b.u(1, 0)                  // frame_cropping_flag
	b.u(1, 1)                  // vui_parameters_present_flag
	b.u(4, 0)                  // aspect ratio, overscan, video signal, chroma location: absent
	b.u(1, 1)                  // timing_info_present_flag
	b.u(32, 1)                 // num_units_in_tick
	b.u(32, 2*framesPerSecond) // time_scale: two ticks a frame
	b.u(1, 1)                  // fixed_frame_rate_flag
	b.u(3, 0)                  // two HRDs and pic_struct: absent
	b.u(1, 1)                  // bitstream_restriction_flag
	b.u(1, 0)                  // motion_vectors_over_pic_boundaries_flag
	b.ue(0)                    // max_bytes_per_pic_denom: no limit
	b.ue(0)                    // max_bits_per_mb_denom: no limit
	b.ue(0)                    // log2_max_mv_length_horizontal
	b.ue(0)                    // log2_max_mv_length_vertical
	b.ue(0)                    // max_num_reorder_frames: a decoder shows each picture at once
	b.ue(1)                    // max_dec_frame_buffering
	return b.nal(nalSPS)
}

func ppsNAL() []byte {
	var b bits
	b.ue(0)   // pic_parameter_set_id
	b.ue(0)   // seq_parameter_set_id
	b.u(2, 0) // CAVLC, no field order
	b.ue(0)   // num_slice_groups_minus1
	b.ue(0)   // num_ref_idx_l0_default_active_minus1
	b.ue(0)   // num_ref_idx_l1_default_active_minus1
	b.u(3, 0) // no weighted prediction
	b.ue(0)   // pic_init_qp_minus26
	b.ue(0)   // pic_init_qs_minus26
	b.ue(0)   // chroma_qp_index_offset
	b.u(1, 1) // deblocking_filter_control_present_flag: slices switch it off
	b.u(2, 0) // constrained_intra_pred_flag, redundant_pic_cnt_present_flag
	return b.nal(nalPPS)
}

// bits is a raw byte sequence payload that is being written.
type bits struct {
	buf  []byte
	last uint // bits used of the last byte, 0 means all
}

// u writes the low n bits of v.
func (b *bits) u(n uint, v uint32) {
	for n > 0 {
		n--
		if b.last == 0 {
			b.buf = append(b.buf, 0)
		}
		b.buf[len(b.buf)-1] |= byte(v>>n&1) << (7 - b.last)
		b.last = (b.last + 1) & 7
	}
}

// ue writes v as unsigned Exp-Golomb code. Of signed codes only 0 is ever
// needed here, and that is the same bit.
func (b *bits) ue(v uint32) {
	n := uint(0)
	for (v+1)>>(n+1) > 0 {
		n++
	}
	b.u(n, 0)
	b.u(n+1, v+1)
}

// pcmSize is the samples of a macroblock: 16×16 luma, two of 8×8 chroma.
const pcmSize = mbSize*mbSize + 2*(mbSize/2)*(mbSize/2)

// pcm writes the samples of macroblock mb, byte aligned.
func (b *bits) pcm(p *picture, mb int) {
	b.last = 0
	x, y := mb%(width/mbSize)*mbSize, mb/(width/mbSize)*mbSize
	for row := range mbSize {
		at := (y+row)*width + x
		b.buf = append(b.buf, p.y[at:at+mbSize]...)
	}
	for _, plane := range [...][]byte{p.u, p.v} {
		for row := range mbSize / 2 {
			at := (y/2+row)*width/2 + x/2
			b.buf = append(b.buf, plane[at:at+mbSize/2]...)
		}
	}
}

// nal ends the payload and wraps it: header byte, and a 3 where two zeros would
// let the payload look like a start code.
func (b *bits) nal(header byte) []byte {
	b.u(1, 1) // rbsp_stop_one_bit; the rest of the byte is zero already
	nal := make([]byte, 1, len(b.buf)+16)
	nal[0] = header
	zeros := 0
	for _, c := range b.buf {
		if zeros >= 2 && c <= 3 {
			nal = append(nal, 3)
			zeros = 0
		}
		nal = append(nal, c)
		if c == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return nal
}
