// Package web is the edge: the route list, handlers, refusals to statuses, sockets, origins, limits, security headers
// and the pages. A handler decodes, calls one method of a feature and encodes; more is logic that leaked.
//
// May import: the feature packages, protocol, civic, sfu and widget. Only this package knows Fiber and websockets.
package web
