package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// batchSize is how many jobs share one commit at most. The commit's fsync is what a write costs.
const batchSize = 64

// writer is the one goroutine that writes a SQLite file. It takes all the jobs that wait at the moment into one
// transaction, each under a savepoint of its own, and answers them only after the commit.
type writer struct {
	connect func(context.Context) (*conn, error)
	conn    *conn     // of the goroutine; nil: to be opened
	jobs    chan *job // unbuffered, so that nothing is left in it at the end
	stop    chan struct{}
	once    sync.Once
	ended   chan struct{}
}

type job struct {
	ctx  context.Context
	fn   func(*Tx) error
	err  error
	done chan struct{}
}

func startWriter(connect func(context.Context) (*conn, error)) *writer {
	w := &writer{connect: connect, jobs: make(chan *job), stop: make(chan struct{}), ended: make(chan struct{})}
	go w.run()
	return w
}

// close waits for the running batch. It reports false if the writer was closed already.
func (w *writer) close() (first bool) {
	w.once.Do(func() { first = true; close(w.stop) })
	<-w.ended
	return first
}

func (w *writer) write(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return errClosed
	}
	// From here on the job may be done, so only its own answer is true; it comes within a commit's time.
	<-j.done
	return j.err
}

func (w *writer) run() {
	stopped := false
	defer func() {
		if !stopped { // a job has ended this goroutine (runtime.Goexit, as t.FailNow does)
			go w.run()
			return
		}
		if w.conn != nil {
			w.conn.release()
		}
		close(w.ended)
	}()
	for {
		select {
		case <-w.stop:
			stopped = true
			return
		case first := <-w.jobs:
			w.batch(w.collect(first))
		}
	}
}

func (w *writer) collect(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < batchSize {
		select {
		case j := <-w.jobs:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// batch runs and answers jobs. If their common transaction fails, all of them have failed: even a refusal may rest on
// what a neighbour had written.
func (w *writer) batch(jobs []*job) {
	err := errors.New("a job ended the writer's goroutine")
	defer func() {
		if err != nil && w.conn != nil {
			w.conn.discard() // whatever state its transaction is in
			w.conn = nil
		}
		for _, j := range jobs {
			if err != nil {
				j.err = err
			}
			close(j.done)
		}
	}()
	err = w.transact(jobs)
}

func (w *writer) transact(jobs []*job) error {
	ctx := context.Background()
	if w.conn == nil {
		c, err := w.connect(ctx)
		if err != nil {
			return err
		}
		w.conn = c
	}
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range jobs {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if err := w.one(j); err != nil {
			return err
		}
	}
	return w.exec("COMMIT")
}

// one runs a job under its savepoint. An error of its own is in j.err; the returned one ends the batch.
func (w *writer) one(j *job) error {
	if err := w.exec("SAVEPOINT job"); err != nil {
		return err
	}
	tx := &Tx{db: w.conn, dialect: sqliteDialect, fault: (*sqliteEngine)(nil).fault, shielded: true}
	j.err = j.fn(tx)
	if j.err != nil {
		if err := w.exec("ROLLBACK TO job"); err != nil {
			// SQLite has undone the whole transaction by itself, as it does when the disk is full.
			return errors.Join(tx.failed, err)
		}
	}
	if err := w.exec("RELEASE job"); err != nil {
		return errors.Join(tx.failed, err)
	}
	return nil
}

func (w *writer) exec(query string) error {
	if _, err := w.conn.ExecContext(context.Background(), query); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}
