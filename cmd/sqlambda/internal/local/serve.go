package local

import (
	"fmt"
	"net/http"
	"time"
)

// ServeHTTP answers a request, and logs it.
func (l *Lambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	noted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	l.route(noted, r)
	l.Log.message(fmt.Sprintf("%s %s %d %s", r.Method, r.URL.RequestURI(), noted.status,
		time.Since(began).Round(10*time.Microsecond)))
}

func (l *Lambda) route(w http.ResponseWriter, r *http.Request) {
	if err := l.refuse(r); err != nil {
		refused := apiError{status: http.StatusForbidden, name: "AccessDeniedException", message: err.Error()}
		refused.write(w)
		return
	}
	if name, path, ok := urlTarget(r); ok {
		l.callURL(w, r, name, path)
		return
	}
	l.router.ServeHTTP(w, r)
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader is http.ResponseWriter's.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
