#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/rescan_test_program.h"

enum { most_arguments = 32 };

static int split(char *text, char **argv) {
  int argc = 0;
  for (char *line; argc < most_arguments && (line = strsep(&text, "\n")) && text;)
    argv[argc++] = line;
  return argc;
}

static void redirect(int descriptor, const char *path, int flags) {
  int file = open(path, flags, 0666);
  if (file < 0) _exit(99);
  dup2(file, descriptor);
  close(file);
}

int32_t rescan_test_invoke(int32_t kind, const char *arguments, const char *input,
                           const char *output, const char *errors) {
  char *text = strdup(arguments), *argv[most_arguments];
  int argc = split(text, argv), state = 0;
  pid_t child = fork();
  if (child == 0) {
    redirect(STDIN_FILENO, input, O_RDONLY);
    redirect(STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC);
    int status = rescan_main(rescan_test_program(kind), argc, argv);
    fflush(NULL);
    _exit(status);
  }
  while (waitpid(child, &state, 0) < 0) {
  }
  free(text);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 1000 + WTERMSIG(state);
}
