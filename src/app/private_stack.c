#include "private_stack.h"

#include "demo_settings.h"

static int start_servers(struct app_private_stack *stack, int partitions, char *error)
{
    int status = app_private_redis_start(&stack->redis, error);

    if (status == KAIKU_OK)
        status = kaiku_mock_cluster_create(APP_PRIVATE_STACK_TOPIC, partitions, &stack->cluster,
                                           error);
    if (status == KAIKU_OK)
        stack->brokers = kaiku_mock_cluster_brokers(stack->cluster);
    return status;
}

static int read_settings(struct app_private_stack *stack)
{
    int status = app_demo_settings_read(stack->brokers, stack->redis.socket, &stack->settings);

    /* The mock cluster would let a second group member in only after a whole session timeout. */
    if (status == KAIKU_OK)
        stack->settings->workers = 1;
    return status;
}

static int create_reader(struct app_private_stack *stack)
{
    struct kaiku_store_options options = app_store_options(stack->settings);

    return kaiku_view_reader_create(&options, &stack->reader);
}

int app_private_stack_init(struct app_private_stack *stack, int partitions, char *error)
{
    int status;

    *stack = (struct app_private_stack){0};
    status = start_servers(stack, partitions, error);
    if (status == KAIKU_OK)
        status = read_settings(stack);
    if (status == KAIKU_OK)
        status = create_reader(stack);
    if (status != KAIKU_OK)
        app_private_stack_release(stack);
    return status;
}

int app_private_stack_start(struct app_private_stack *stack, struct kaiku_monitor *monitor)
{
    struct app_pipeline_options options = {.settings = stack->settings, .monitor = monitor};
    int status = app_pipeline_create(&options, &stack->pipeline);

    return status == KAIKU_OK ? app_pipeline_start(stack->pipeline) : status;
}

int app_private_stack_stop(struct app_private_stack *stack)
{
    return stack->pipeline ? app_pipeline_stop(stack->pipeline) : KAIKU_OK;
}

void app_private_stack_release(struct app_private_stack *stack)
{
    app_pipeline_destroy(stack->pipeline);
    kaiku_view_reader_destroy(stack->reader);
    kaiku_settings_destroy(stack->settings);
    kaiku_mock_cluster_destroy(stack->cluster);
    if (stack->redis.pid > 0)
        app_private_redis_stop(&stack->redis);
    *stack = (struct app_private_stack){0};
}
