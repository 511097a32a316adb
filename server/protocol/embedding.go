package protocol

import "schalter/server/civic"

// Embedding answers GET /api/v1/console/embedding: what the lines for the town's page are made of.
type Embedding struct {
	Origin  string            `json:"origin" doc:"of board, frame and citizens' API"`
	Slug    string            `json:"slug"`
	Name    civic.Text        `json:"name"`
	Origins []string          `json:"origins" doc:"of the town's pages; https://*.town.example means all subdomains"`
	Offices []EmbeddingOffice `json:"offices" doc:"in the board's order"`
}

// EmbeddingOffice is an office that a line may name.
type EmbeddingOffice struct {
	Slug string     `json:"slug" doc:"for data-office"`
	Name civic.Text `json:"name"`
}
