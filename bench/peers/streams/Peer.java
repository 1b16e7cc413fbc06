import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Aggregates feedback from Kafka into Redis: Kafka Streams, Jackson, Lettuce; two stream threads.
 *
 * <p>{@code Peer BROKERS TOPIC PARTITIONS EVENTS REDIS_PORT}
 *
 * <p>Tuning: a processor with an in-memory store and a wall-clock punctuation (Kafka Streams developer guide, "Processor
 * API"); num.stream.threads = cores ("Configuring a Streams application", "Threading model"); Jackson's streaming parser
 * (Jackson documentation, "Best practices: performance"); a connection per processor with setAutoFlushCommands(false)
 * (Lettuce reference, "Pipelining and command flushing").
 */
public final class Peer {
    private static final Duration FLUSH_EVERY = Duration.ofMillis(500);
    private static final String STORE = "cells";
    private static final String[] FIELDS = {"n", "pro", "pas", "det", "csat_n", "csat_sum", "wait_cs"};
    private static final JsonFactory JSON = new JsonFactory();

    private static long events;
    private static RedisClient redis;
    private static final AtomicLong SEEN = new AtomicLong();
    private static final AtomicLong FLUSHED = new AtomicLong();
    private static final CountDownLatch DONE = new CountDownLatch(1);

    /** One event's part in the sums, and the cell that it belongs to. */
    private static final class Answer {
        long ts, csat, waitCs;
        int nps;
        String channel, touchpoint;

        static Answer parse(byte[] json) {
            Answer a = new Answer();
            try (JsonParser p = JSON.createParser(json)) {
                p.nextToken();
                for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                    p.nextToken();
                    switch (name) {
                        case "ts" -> a.ts = p.getLongValue();
                        case "channel" -> a.channel = p.getText();
                        case "touchpoint" -> a.touchpoint = p.getText();
                        case "nps" -> a.nps = p.getIntValue();
                        case "csat" -> a.csat = p.getLongValue();
                        case "wait_s" -> a.waitCs = Math.round(p.getDoubleValue() * 100);
                        default -> p.skipChildren();
                    }
                }
                if (p.currentToken() != JsonToken.END_OBJECT) throw new IOException("not an object");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return a;
        }

        String cell() {
            return ts / 60000 + ":" + channel + ":" + touchpoint;
        }

        void addTo(long[] sums) {
            sums[0]++;
            sums[nps >= 9 ? 1 : nps >= 7 ? 2 : 3]++;
            sums[4]++;
            sums[5] += csat;
            sums[6] += waitCs;
        }
    }

    private static Serde<long[]> sumsSerde() {
        return Serdes.serdeFrom(
                (topic, sums) -> {
                    // Streams serializes null for a deletion.
                    if (sums == null) return null;
                    ByteBuffer buffer = ByteBuffer.allocate(FIELDS.length * Long.BYTES);
                    buffer.asLongBuffer().put(sums);
                    return buffer.array();
                },
                (topic, bytes) -> {
                    if (bytes == null) return null;
                    long[] sums = new long[FIELDS.length];
                    ByteBuffer.wrap(bytes).asLongBuffer().get(sums);
                    return sums;
                });
    }

    private static final class Aggregator implements Processor<byte[], byte[], Void, Void> {
        private KeyValueStore<String, long[]> cells;
        private StatefulRedisConnection<String, String> connection;
        private RedisFuture<Long> last;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            cells = context.getStateStore(STORE);
            connection = redis.connect();
            connection.setAutoFlushCommands(false);
            context.schedule(FLUSH_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> flush());
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            Answer answer = Answer.parse(record.value());
            String cell = answer.cell();
            long[] sums = cells.get(cell);
            if (sums == null) sums = new long[FIELDS.length];
            answer.addTo(sums);
            cells.put(cell, sums);

            long seen = SEEN.incrementAndGet();
            if (seen == 1) System.out.println("first");
            if (seen == events / 2) System.out.println("half");
        }

        /** Sends the sums without waiting for the answers, but not before the last flush was answered. */
        private void flush() {
            await();
            RedisAsyncCommands<String, String> commands = connection.async();
            long n = 0;
            try (var all = cells.all()) {
                while (all.hasNext()) {
                    var cell = all.next();
                    for (int i = 0; i < FIELDS.length; i++)
                        if (cell.value[i] != 0) last = commands.hincrby("cell:" + cell.key, FIELDS[i], cell.value[i]);
                    n += cell.value[0];
                    cells.delete(cell.key);
                }
            }
            if (n == 0) return;
            long flushed = n;
            last.thenRun(() -> {
                if (FLUSHED.addAndGet(flushed) == events) DONE.countDown();
            });
            connection.flushCommands();
        }

        private void await() {
            if (last != null) last.toCompletableFuture().join();
        }

        @Override
        public void close() {
            flush();
            await();
            connection.close();
        }
    }

    private static Topology topology(String topic) {
        var store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.String(), sumsSerde()).withLoggingDisabled();
        return new Topology()
                .addSource("events", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), topic)
                .addProcessor("sums", Aggregator::new, "events")
                .addStateStore(store, "sums");
    }

    public static void main(String[] arguments) throws Exception {
        events = Long.parseLong(arguments[3]);
        redis = RedisClient.create("redis://127.0.0.1:" + arguments[4]);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        config.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("streams").toString());

        KafkaStreams streams = new KafkaStreams(topology(arguments[1]), config);
        streams.setUncaughtExceptionHandler(e -> {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        DONE.await();
        System.out.println("done");
        streams.close();
        redis.shutdown();
    }
}
