// Delivery tells whether a shop delivers to a place, and for how much. It answers an HTTP API,
// GET /delivery?lon=8.54&lat=47.37, and is written as the program behind a shim: it reads a line
// {"event":…,"context":…} for each invocation, and writes a line, the response. The zones, which it
// reads once, are what any map editor draws: GeoJSON. The first one that a place lies in counts.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"strconv"
)

type zones struct {
	Features []struct {
		Properties struct {
			Name string  `json:"name"`
			Fee  float64 `json:"fee"`
		} `json:"properties"`
		Geometry struct {
			Rings [][][2]float64 `json:"coordinates"` // of a Polygon: its outline, then its holes
		} `json:"geometry"`
	} `json:"features"`
}

type request struct {
	Event struct {
		Query struct {
			Lon string `json:"lon"`
			Lat string `json:"lat"`
		} `json:"queryStringParameters"`
	} `json:"event"`
}

type answer struct {
	status  int
	Zone    string   `json:"zone,omitempty"`
	Fee     *float64 `json:"fee,omitempty"`
	Message string   `json:"message,omitempty"`
}

func main() {
	log.SetFlags(0) // the runtime's log has the time
	text, err := os.ReadFile("zones.json")
	if err != nil {
		log.Fatal(err)
	}
	var z zones
	if err := json.Unmarshal(text, &z); err != nil {
		log.Fatal("zones.json: ", err)
	}
	if err := serve(&z, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// serve answers line by line, until there are no more. Fprintf writes each at once.
func serve(z *zones, in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in) // a Scanner has a limit for a line, which an event may exceed
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			fmt.Fprintf(out, `{"error":{"type":"Delivery.NoRequest","message":%s}}`+"\n", quoted(err.Error()))
			continue
		}
		a := z.answer(r)
		body, err := json.Marshal(a)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, `{"statusCode":%d,"body":%s}`+"\n", a.status, quoted(string(body)))
	}
}

// answer finds the first zone that the place lies in.
func (z *zones) answer(r request) answer {
	lon, errLon := strconv.ParseFloat(r.Event.Query.Lon, 64)
	lat, errLat := strconv.ParseFloat(r.Event.Query.Lat, 64)
	if errLon != nil || errLat != nil || !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return answer{status: 400, Message: "lon and lat are to be degrees"}
	}
	for _, f := range z.Features {
		if inside(f.Geometry.Rings, lon, lat) {
			return answer{status: 200, Zone: f.Properties.Name, Fee: &f.Properties.Fee}
		}
	}
	return answer{status: 404, Message: "we do not deliver there"}
}

// quoted is a text as a string of JSON.
func quoted(text string) []byte {
	quoted, _ := json.Marshal(text) // no text fails
	return quoted
}

// inside counts the edges that lie east of the place: an odd number is inside, and holes count too.
func inside(rings [][][2]float64, x, y float64) bool {
	in := false
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])*(b[0]-a[0])/(b[1]-a[1]) {
				in = !in
			}
		}
	}
	return in
}
