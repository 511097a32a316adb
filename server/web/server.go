package web

// Server is the edge.
type Server struct{}
