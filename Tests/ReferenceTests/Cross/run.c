/// Runs a compiled network on one image of raw float32 planes: `HEIGHT WIDTH THREADS`, inputs on
/// standard input, all outputs on standard output.
#include <stdio.h>
#include <stdlib.h>

#include <rescan_runtime.h>

extern const rescan_program rescan_model;

static size_t count(const rescan_port *port, long h, long w) {
  return (size_t)(port->channels * h * w);
}

int main(int argc, char **argv) {
  if (argc != 4) return RESCAN_USAGE;
  long h = atol(argv[1]), w = atol(argv[2]);
  const rescan_program *program = &rescan_model;
  const float **inputs = calloc(program->input_count, sizeof *inputs);
  float **outputs = calloc(program->output_count, sizeof *outputs);
  for (uint32_t i = 0; i < program->input_count; i++) {
    size_t numbers = count(&program->inputs[i], h, w);
    float *planes = calloc(numbers, sizeof *planes);
    if (fread(planes, sizeof *planes, numbers, stdin) != numbers) return RESCAN_CORRUPT;
    inputs[i] = planes;
  }
  for (uint32_t i = 0; i < program->output_count; i++)
    outputs[i] = calloc(count(&program->outputs[i], h, w), sizeof **outputs);
  rescan_error error = {0};
  int status = rescan_execute(program, 1, h, w, inputs, outputs, atoi(argv[3]), &error);
  if (status != RESCAN_OK) fprintf(stderr, "%s\n", error.message);
  for (uint32_t i = 0; status == RESCAN_OK && i < program->output_count; i++)
    fwrite(outputs[i], sizeof **outputs, count(&program->outputs[i], h, w), stdout);
  return status;
}
