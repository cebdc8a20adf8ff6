package main

import (
	"context"
	"fmt"
	"log"
	"os"

	commonv1 "example.com/shop/gen/huiyin/common/v1"
	ingestv1 "example.com/shop/gen/huiyin/ingest/v1"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

func main() {
	token := os.Getenv("TOKEN")
	// README: Go
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Ticket.Name)
}
