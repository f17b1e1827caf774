package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
)

// A hash128 is an unsigned number of 128 bits.
type hash128 struct{ high, low uint64 }

func (h hash128) String() string { return fmt.Sprintf("%016x%016x", h.high, h.low) }

func (h hash128) compare(other hash128) int {
	return cmp.Or(cmp.Compare(h.high, other.high), cmp.Compare(h.low, other.low))
}

func (h hash128) modulo(count int) int {
	return int(bits.Rem64(h.high, h.low, uint64(count)))
}

// murmur128 is MurmurHash3_x64_128 with seed 0.
func murmur128(text string) hash128 {
	const c1, c2 = 0x87c37b91114253d5, 0x4cf5ad432745937f
	data := utf8Bytes(text)
	length := uint64(len(data))
	var h1, h2 uint64
	mix1 := func(k uint64) { h1 ^= bits.RotateLeft64(k*c1, 31) * c2 }
	mix2 := func(k uint64) { h2 ^= bits.RotateLeft64(k*c2, 33) * c1 }
	for ; len(data) >= 16; data = data[16:] {
		mix1(binary.LittleEndian.Uint64(data))
		h1 = (bits.RotateLeft64(h1, 27)+h2)*5 + 0x52dce729
		mix2(binary.LittleEndian.Uint64(data[8:]))
		h2 = (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
	}
	var tail [16]byte // missing bytes are 0, and mixing 0 in changes nothing
	copy(tail[:], data)
	mix2(binary.LittleEndian.Uint64(tail[8:]))
	mix1(binary.LittleEndian.Uint64(tail[:]))
	h1 ^= length
	h2 ^= length
	h1 += h2
	h2 += h1
	h1, h2 = finish64(h1), finish64(h2)
	h1 += h2
	h2 += h1
	return hash128{high: h2, low: h1}
}

func finish64(k uint64) uint64 {
	k = (k ^ k>>33) * 0xff51afd7ed558ccd
	k = (k ^ k>>33) * 0xc4ceb9fe1a85ec53
	return k ^ k>>33
}

// murmur32 is MurmurHash3_x86_32 with seed 0.
func murmur32(text string) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	data := utf8Bytes(text)
	length := uint32(len(data))
	var h uint32
	mix := func(k uint32) { h ^= bits.RotateLeft32(k*c1, 15) * c2 }
	for ; len(data) >= 4; data = data[4:] {
		mix(binary.LittleEndian.Uint32(data))
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
	}
	var tail [4]byte
	copy(tail[:], data)
	mix(binary.LittleEndian.Uint32(tail[:]))
	h ^= length
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

func slotOf(tenant string) int { return int(murmur32(tenant) >> 16) }

func sha256Of(text string) [32]byte { return sha256.Sum256(utf8Bytes(text)) }

func sha256Modulo(text string, count int) int {
	rest := 0
	for _, digit := range sha256Of(text) {
		rest = (rest<<8 | int(digit)) % count
	}
	return rest
}

// tagOf tells tenants of one hash apart without publishing their ids.
func tagOf(key, tenant string) uint32 {
	digest := sha256Of(key + tenant)
	return binary.BigEndian.Uint32(digest[:])
}
