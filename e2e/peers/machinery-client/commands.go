package main

import (
	"errors"
	"io"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/siderolabs/talos/pkg/machinery/api/common"
	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/api/storage"
	"github.com/siderolabs/talos/pkg/machinery/client"
	"google.golang.org/protobuf/proto"
)

var hostname = resource.NewMetadata("network", "Hostnames.net.talos.dev", "hostname", resource.VersionUndefined)

var commands = map[string]func(call) error{
	"version":    unary(func(c call) (*machine.VersionResponse, error) { return c.Version(c) }),
	"disks":      unary(func(c call) (*storage.DisksResponse, error) { return c.Disks(c) }),
	"services":   unary(func(c call) (*machine.ServiceListResponse, error) { return c.ServiceList(c) }),
	"reboot":     unary(func(c call) (*machine.RebootResponse, error) { return c.RebootWithResponse(c) }),
	"containers": unary(func(c call) (*machine.ContainersResponse, error) { return c.Containers(c, "system", 0) }),
	"read":       content(func(c call) (io.ReadCloser, error) { return c.Read(c, c.argument) }),
	"copy":       content(func(c call) (io.ReadCloser, error) { return c.Copy(c, c.argument) }),
	"list":       list,
	"events":     events,
	"resource":   func(c call) error { return second(c.COSI.Get(c, hostname)) },
}

func unary[M interface {
	proto.Message
	GetMetadata() *common.Metadata
}, R interface{ GetMessages() []M }](ask func(call) (R, error)) func(call) error {
	return func(c call) error {
		reply, err := ask(c) // without what failed in some node: that is in err
		for _, each := range reply.GetMessages() {
			c.got(each.GetMetadata(), each)
		}
		return err
	}
}

func content(open func(call) (io.ReadCloser, error)) func(call) error {
	return func(c call) error {
		reader, err := open(c)
		if err != nil {
			return err
		}
		defer reader.Close()
		bytes, err := io.ReadAll(reader)
		if len(bytes) > 0 || err == nil {
			c.tell(line{Node: c.node, Value: bytes}) // in base64
		}
		return err
	}
}

func list(c call) error {
	files, err := c.LS(c, &machine.ListRequest{Root: c.argument})
	for err == nil {
		var file *machine.FileInfo
		file, err = files.Recv()
		if md := file.GetMetadata(); md.GetError() != "" {
			c.failed(&client.NodeError{Node: md.GetHostname(), Err: errors.New(md.GetError())})
		} else if err == nil {
			c.got(md, file)
		}
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// events waits for one, and takes those that happened before.
func events(c call) error {
	told := make(chan client.EventResult)
	if err := c.EventsWatchV2(c, told, client.WithTailEvents(-1)); err != nil {
		return err
	}
	result := <-told
	if result.Error == nil {
		c.got(&common.Metadata{Hostname: result.Event.Node}, result.Event.Payload)
	}
	return result.Error
}

func second[T any](_ T, err error) error { return err }
