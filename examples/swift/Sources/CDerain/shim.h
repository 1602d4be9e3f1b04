#include <derain.h>
