// Command machinery-client asks a node API with the Go library that its clients are made of: the
// same channel, configuration reader, messages and ways to read replies. Tests drive it.
//
//	machinery-client -config FILE [-context NAME] [-many] -nodes a,b COMMAND [ARGUMENT]
//
// With -many it makes one call for all names (`nodes`), as older clients do; without, one call a
// name (`node`), all at once, as newer ones do. It prints one JSON object a line for each thing
// told, {"node", "value"} or {"node", "code", "error"}, and ends with 1 after an error.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-multierror"
	"github.com/siderolabs/talos/pkg/machinery/api/common"
	"github.com/siderolabs/talos/pkg/machinery/client"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Only what hangs takes so long on a busy machine.
const patience = time.Minute

// call is one call; node is empty when it goes to all that its context names.
type call struct {
	context.Context
	*client.Client
	node, argument string
	tell           func(line)
}

type line struct {
	Node  string `json:"node"`
	Value any    `json:"value,omitempty"`
	Code  string `json:"code,omitempty"`
	Error string `json:"error,omitempty"`
}

func (c call) got(md *common.Metadata, reply proto.Message) {
	name := c.node
	if name == "" {
		name = md.GetHostname()
	}
	c.tell(line{Node: name, Value: json.RawMessage(protojson.Format(reply))})
}

// failed tells of each node that an error of the library is about.
func (c call) failed(err error) {
	several, ok := errors.AsType[*multierror.Error](err)
	if !ok {
		several = multierror.Append(nil, err)
	}
	for _, each := range several.Errors {
		name := c.node
		if named, ok := errors.AsType[*client.NodeError](each); ok {
			name = named.Node
		}
		c.tell(line{Node: name, Code: client.StatusCode(each).String(), Error: each.Error()})
	}
}

func main() {
	config := flag.String("config", "", "client configuration")
	name := flag.String("context", "", "context in it")
	many := flag.Bool("many", false, "one call for all nodes")
	nodes := flag.String("nodes", "", "names, by commas")
	flag.Parse()
	command := commands[flag.Arg(0)]
	if command == nil {
		log.Fatalf("no command %q", flag.Arg(0))
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	options := []client.OptionFunc{client.WithConfigFromFile(*config)}
	if *name != "" {
		options = append(options, client.WithContextName(*name))
	}
	asked, err := client.New(ctx, options...)
	if err != nil {
		log.Fatal(err)
	}

	lines := make(chan line)
	calls := sync.WaitGroup{}
	start := func(to context.Context, node string) {
		c := call{to, asked, node, flag.Arg(1), func(l line) { lines <- l }}
		calls.Go(func() {
			if err := command(c); err != nil {
				c.failed(err)
			}
		})
	}
	if names := strings.Split(*nodes, ","); *many {
		start(client.WithNodes(ctx, names...), "")
	} else {
		for _, node := range names {
			start(client.WithNode(ctx, node), node)
		}
	}
	go func() { calls.Wait(); close(lines) }()

	output, code := json.NewEncoder(os.Stdout), 0
	for l := range lines {
		if l.Error != "" {
			code = 1
		}
		_ = output.Encode(l)
	}
	os.Exit(code)
}
