// Takes the rain out of a binary PPM, with a class that owns the context and throws.
//
// c++ clean.cpp -I. -L. -lderain -o clean
#include <derain.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Picture {
  int64_t width = 0, height = 0;
  std::vector<float> planes;
};

class Cleaner {
 public:
  explicit Cleaner(int32_t threads = 0) {
    derain_error error;
    context_.reset(derain_create(threads, &error));
    if (!context_) throw std::runtime_error(error.message);
  }

  // Planes of floats from 0 to 1, red, green and blue behind each other.
  void clean(Picture &picture) {
    derain_error error;
    derain_image image = derain_planar(picture.planes.data(), picture.width, picture.height,
                                       DERAIN_F32, DERAIN_RGB);
    if (derain_run(context_.get(), &image, &image, &error) != DERAIN_OK)
      throw std::runtime_error(error.message);
  }

 private:
  struct Destroy {
    void operator()(derain_context *context) const { derain_destroy(context); }
  };
  std::unique_ptr<derain_context, Destroy> context_;
};

Picture read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::string magic;
  int depth = 0;
  Picture picture;
  file >> magic >> picture.width >> picture.height >> depth;
  file.get();
  if (!file || magic != "P6" || depth != 255 || picture.width < 1 || picture.width > 65536 ||
      picture.height < 1 || picture.height > 65536)
    throw std::runtime_error(path + ": cannot be read as PPM");
  std::string bytes(static_cast<size_t>(picture.width * picture.height * 3), '\0');
  if (!file.read(&bytes[0], static_cast<std::streamsize>(bytes.size())))
    throw std::runtime_error(path + ": ends early");
  size_t count = bytes.size() / 3;
  picture.planes.resize(bytes.size());
  for (size_t i = 0; i < bytes.size(); i++)
    picture.planes[i % 3 * count + i / 3] = static_cast<uint8_t>(bytes[i]) / 255.0f;
  return picture;
}

void write(const std::string &path, const Picture &picture) {
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << picture.width << " " << picture.height << "\n255\n";
  size_t count = picture.planes.size() / 3;
  for (size_t i = 0; i < picture.planes.size(); i++) {
    float value = picture.planes[i % 3 * count + i / 3];
    float inside = value > 0 ? (value < 1 ? value : 1) : 0;
    file.put(static_cast<char>(static_cast<uint8_t>(inside * 255 + 0.5f)));
  }
  file.flush();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    std::cerr << "usage: clean RAINY.ppm CLEAN.ppm\n";
    return 64;
  }
  try {
    Picture picture = read(argv[1]);
    Cleaner().clean(picture);
    write(argv[2], picture);
  } catch (const std::exception &problem) {
    std::cerr << problem.what() << "\n";
    return 1;
  }
}
