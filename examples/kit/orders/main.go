// Command orders is a Lambda function in Go: it adds up the lines of an order.
package main

import (
	"context"

	"sqlambda/runtimeapi"
	"sqlambda/runtimeapi/typed"
)

// Order is the event.
type Order struct {
	ID    string
	Lines []struct {
		Quantity int
		Price    float64
	}
}

// Receipt is the response.
type Receipt struct {
	Order     string  `json:"order"`
	Total     float64 `json:"total"`
	RequestID string  `json:"requestId"`
}

func add(ctx context.Context, order Order) (Receipt, error) {
	if len(order.Lines) == 0 {
		return Receipt{}, &runtimeapi.Error{Type: "Order.Empty", Message: "the order " + order.ID + " has no lines"}
	}
	receipt := Receipt{Order: order.ID, RequestID: typed.Invocation(ctx).RequestID}
	for _, line := range order.Lines {
		receipt.Total += float64(line.Quantity) * line.Price
	}
	return receipt, nil
}

func main() { typed.Start(add) }
