//go:build !linux

package main

import "errors"

func dropCache([]string, bool) error { return errors.ErrUnsupported }
