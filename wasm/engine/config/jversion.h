/* libjpeg-turbo's version texts, which its CMake would write; only its table of messages needs them. */
#define JVERSION "6b  27-Mar-1998"
#define JCOPYRIGHT "see LICENSES"
#define JCOPYRIGHT_SHORT JCOPYRIGHT
