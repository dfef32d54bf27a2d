// Command loop does the jobs over the records of an event as a Go function without a
// database does: encoding/json and a loop.
package main

import (
	"encoding/json"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	Records []struct {
		MessageID string `json:"messageId"`
		Body      string `json:"body"`
	} `json:"Records"`
}

type order struct {
	Customer string  `json:"customer"`
	Total    float64 `json:"total"`
}

type group struct {
	Customer string  `json:"customer"`
	Count    int     `json:"count"`
	Sum      float64 `json:"sum"`
}

type row struct {
	ID       string  `json:"id"`
	Customer string  `json:"customer"`
	Total    float64 `json:"total"`
	Cents    int     `json:"cents"`
}

func main() {
	lambda.Start(map[string]any{"group": byCustomer, "reshape": reshape}[os.Getenv("_HANDLER")])
}

func byCustomer(e event) ([]*group, error) {
	found := map[string]*group{}
	groups := []*group{}
	for _, record := range e.Records {
		var o order
		if err := json.Unmarshal([]byte(record.Body), &o); err != nil {
			return nil, err
		}
		g := found[o.Customer]
		if g == nil {
			g = &group{Customer: o.Customer}
			found[o.Customer] = g
			groups = append(groups, g)
		}
		g.Count++
		g.Sum += o.Total
	}
	return groups, nil
}

func reshape(e event) ([]row, error) {
	rows := make([]row, 0, len(e.Records))
	for _, record := range e.Records {
		var o order
		if err := json.Unmarshal([]byte(record.Body), &o); err != nil {
			return nil, err
		}
		rows = append(rows, row{record.MessageID, o.Customer, o.Total, int(o.Total * 100)})
	}
	return rows, nil
}
