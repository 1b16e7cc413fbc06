/* One function a subject; each runs its cases and prints them. */
#ifndef SUBJECTS_H
#define SUBJECTS_H

void bench_decode(void);
void bench_path(void);
void bench_interner(void);
void bench_cells(void);
void bench_handover(void);
void bench_projection(void);
void bench_codec(void);
void bench_sketches(void);

#endif
