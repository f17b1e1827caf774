package main

import (
	"crypto/ed25519"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// publicKeys are keys in base64 by kind and id.
type publicKeys map[string]map[string]string

var (
	signaturePattern  = regexp.MustCompile(`\A([A-Za-z0-9_-]{1,64}):([A-Za-z0-9+/]{86}==)\z`)
	correctionPattern = regexp.MustCompile(`\A([a-z0-9-]{1,64}) (0|[1-9][0-9]{0,6}) ([1-9][0-9]{0,14})\z`)
)

// verify tells whether a key of this kind signed the data for this environment. Go's ed25519 refuses a number S that is
// not reduced, as RFC 8032 demands; not all libraries do.
func (keys publicKeys) verify(kind, environment string, data []byte, signature string) bool {
	parts := signaturePattern.FindStringSubmatch(signature)
	if parts == nil {
		return false
	}
	key, keyError := decodeBase64(keys[kind][parts[1]])
	bytes, signatureError := decodeBase64(parts[2])
	if keyError != nil || signatureError != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	message := fmt.Sprintf("cells-routing-1\n%s\n%s\n%s", kind, environment, data)
	return ed25519.Verify(key, []byte(message), bytes)
}

// readCorrection returns the home that the header gives this tenant, or nil.
func readCorrection(header, tenant, environment string, keys publicKeys) *pin {
	end := strings.LastIndexByte(header, ' ')
	if end < 0 {
		return nil
	}
	parts := correctionPattern.FindStringSubmatch(header[:end])
	if parts == nil || parts[1] != tenant || !keys.verify("move", environment, []byte(header[:end]), header[end+1:]) {
		return nil
	}
	cell, _ := strconv.Atoi(parts[2])
	epoch, _ := strconv.Atoi(parts[3])
	return &pin{cell, epoch}
}
