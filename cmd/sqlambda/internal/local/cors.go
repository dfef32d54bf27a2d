package local

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
)

// isPreflight reports whether a browser asks whether a page may send a request. Where a
// function URL has CORS settings, Lambda answers that without the function.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// allow adds the headers by which a browser lets a page have an answer. They replace the
// function's own.
func allow(h http.Header, cors *project.Cors, r *http.Request) {
	const prefix = "Access-Control-"
	for name := range h {
		if strings.HasPrefix(name, prefix) {
			h.Del(name)
		}
	}
	origin := r.Header.Get("Origin")
	anyOrigin := slices.Contains(cors.AllowOrigins, "*")
	if origin == "" || !anyOrigin && !slices.Contains(cors.AllowOrigins, origin) {
		return
	}
	if anyOrigin && !cors.AllowCredentials {
		origin = "*"
	} else {
		h.Add("Vary", "Origin")
	}
	set := func(name, value string) {
		if value != "" {
			h.Set(prefix+name, value)
		}
	}
	set("Allow-Origin", origin)
	if cors.AllowCredentials {
		set("Allow-Credentials", "true")
	}
	if !isPreflight(r) {
		set("Expose-Headers", strings.Join(cors.ExposeHeaders, ","))
		return
	}
	set("Allow-Methods", strings.Join(cors.AllowMethods, ","))
	set("Allow-Headers", strings.Join(cors.AllowHeaders, ","))
	if cors.MaxAge > 0 {
		set("Max-Age", strconv.Itoa(cors.MaxAge))
	}
}
