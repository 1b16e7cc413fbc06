#include "aggregate/handover.h"

enum { ANSWER_MS = 200 }; /* a ring is missed by nobody; this only bounds the wait for a dead publisher */

int kaiku_handover_init(struct kaiku_handover *handover, struct kaiku_delta *spare,
                        struct kaiku_bell *publisher_bell)
{
    atomic_init(&handover->ready, NULL);
    atomic_init(&handover->spare, spare);
    atomic_init(&handover->request, NULL);
    atomic_init(&handover->epoch, 0);
    atomic_init(&handover->wanted, false);
    atomic_init(&handover->away, false);
    atomic_init(&handover->closed, false);
    atomic_init(&handover->given, 0);
    atomic_init(&handover->settled, 0);
    handover->publisher_bell = publisher_bell;
    return kaiku_bell_init(&handover->worker_bell);
}

void kaiku_handover_release(struct kaiku_handover *handover)
{
    kaiku_delta_destroy(atomic_load(&handover->ready));
    kaiku_delta_destroy(atomic_load(&handover->spare));
    kaiku_bell_release(&handover->worker_bell);
}

/* Acquire on every take: the delta's content was written by the other thread before its release-store of
 * the pointer. Stress: tests/stress/handover.c. */
static struct kaiku_delta *take(_Atomic(struct kaiku_delta *) *place)
{
    if (!atomic_load_explicit(place, memory_order_relaxed))
        return NULL;
    return atomic_exchange_explicit(place, NULL, memory_order_acquire);
}

bool kaiku_handover_swap(struct kaiku_handover *handover, struct kaiku_delta **delta)
{
    struct kaiku_delta *spare = take(&handover->spare);
    if (!spare)
        return false;
    atomic_store_explicit(&handover->wanted, false, memory_order_relaxed);
    atomic_fetch_add(&handover->given, 1);
    atomic_store_explicit(&handover->ready, *delta, memory_order_release);
    *delta = spare;
    kaiku_bell_ring(handover->publisher_bell);
    return true;
}

struct kaiku_delta *kaiku_handover_take_back(struct kaiku_handover *handover)
{
    struct kaiku_delta *delta = take(&handover->ready);
    if (delta)
        atomic_fetch_add(&handover->settled, 1);
    return delta;
}

void kaiku_handover_put_spare(struct kaiku_handover *handover, struct kaiku_delta *delta)
{
    atomic_store_explicit(&handover->spare, delta, memory_order_release);
}

bool kaiku_handover_is_settled(struct kaiku_handover *handover)
{
    return atomic_load(&handover->given) == atomic_load(&handover->settled);
}

int kaiku_handover_ask(struct kaiku_handover *handover, struct kaiku_request *request)
{
    request->status = KAIKU_AGAIN;
    atomic_store(&handover->request, request);
    kaiku_bell_ring(handover->publisher_bell);
    while (atomic_load(&handover->request)) {
        if (atomic_load(&handover->closed)) {
            atomic_store(&handover->request, NULL);
            return KAIKU_STOPPED;
        }
        kaiku_bell_wait(&handover->worker_bell, ANSWER_MS);
    }
    return request->status;
}

struct kaiku_delta *kaiku_handover_take(struct kaiku_handover *handover)
{
    return take(&handover->ready);
}

void kaiku_handover_give(struct kaiku_handover *handover, struct kaiku_delta *delta)
{
    atomic_store_explicit(&handover->spare, delta, memory_order_release);
    kaiku_bell_ring(&handover->worker_bell);
}

void kaiku_handover_settle(struct kaiku_handover *handover)
{
    atomic_fetch_add(&handover->settled, 1);
    kaiku_bell_ring(&handover->worker_bell);
}

void kaiku_handover_answer(struct kaiku_handover *handover, struct kaiku_request *request, int status)
{
    request->status = status;
    atomic_store(&handover->request, NULL);
    kaiku_bell_ring(&handover->worker_bell);
}

void kaiku_handover_close(struct kaiku_handover *handover)
{
    atomic_store(&handover->away, true);
    atomic_store(&handover->closed, true);
    kaiku_bell_ring(&handover->worker_bell);
}
